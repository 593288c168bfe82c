import DynText
import Testing

@Suite struct ExactTextTests {
  /// Canonically equal, as `String` compares.
  @Test(arguments: [("\u{e9}", "e\u{301}"), ("\u{212b}", "\u{c5}"), ("\u{3b}", "\u{37e}")])
  func textsThatLookAlikeDiffer(first: String, second: String) {
    #expect(first == second)
    let (first, second) = (ExactText(first), ExactText(second))
    #expect(first != second)
    #expect((first < second) != (second < first))
    #expect(Set([first, second, first]).count == 2)
  }
}
