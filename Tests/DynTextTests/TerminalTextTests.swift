import DynText
import Testing

@Suite struct TerminalTextTests {
  /// What acts on a terminal, breaks the line or hides, one scalar of each kind.
  private static let harmful: [Unicode.Scalar] = [
    "\u{0}", "\u{7}", "\u{1b}", "\n", "\r", "\t", "\u{7f}", "\u{9b}", "\u{85}", "\u{2028}",
    "\u{2029}", "\u{202e}", "\u{200b}", "\u{feff}", "\u{e000}", "\u{ffff}",
  ]

  @Test(arguments: harmful) func showsWhatActsOnATerminal(scalar: Unicode.Scalar) {
    let shown = TerminalText.line("a\(scalar)b")
    #expect(shown == "a\\u{\(String(scalar.value, radix: 16))}b")
    // Behind a combining mark it is no Character of its own.
    #expect(!TerminalText.line("\(scalar)\u{301}").unicodeScalars.contains(scalar))
  }

  @Test func seesBothScalarsOfALineEnd() {
    #expect(TerminalText.line("\r\n") == "\\u{d}\\u{a}")
  }

  @Test(arguments: ["plain", "γ = 0.1", "é", "e\u{301}", "漢字", "😀", "a\\b\"c'"])
  func leavesVisibleTextAlone(text: String) {
    #expect(TerminalText.line(text) == text)
  }

  @Test func cutsTheMiddleOutOfALongText() {
    let text = String(repeating: "a", count: 1_000_000) + String(repeating: "z", count: 10)
    let line = TerminalText.line(text)
    #expect(line.unicodeScalars.count == TerminalText.lineLimit + 3)
    #expect(line.hasPrefix("aaa") && line.hasSuffix("zzz") && line.contains(" … "))
    #expect(TerminalText.word(text).unicodeScalars.count == TerminalText.wordLimit + 3)
    // A million marks on one letter are one Character.
    let stack = "e" + String(repeating: "\u{301}", count: 1_000_000)
    #expect(TerminalText.word(stack).unicodeScalars.count == TerminalText.wordLimit + 3)
  }
}
