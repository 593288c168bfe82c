import DynIO
import Testing

@Suite struct TextTableTests {
  @Test func alignsColumns() {
    var table = TextTable(["name", "x"])
    table.add(["a", "1.5"])
    table.add(["longer", "10"])
    #expect(table.lines == ["name      x", "a       1.5", "longer   10"])
  }

  @Test func leavesNoSpaceAtTheEnd() {
    var table = TextTable(["a", ""])
    table.add(["bb"])
    #expect(table.lines == ["a", "bb"])
  }

  static let briefNumbersCases: [(Double, String)] = [
    (0.0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (0.5, "0.5"), (1.0 / 3, "0.33333"),
    (-2.0 / 3, "-0.66667"), (12345.678, "12346"), (123456.7, "123457"), (9.99999999, "10"),
    (0.99999999, "1"), (1e7, "1e7"), (1.5e-7, "1.5e-7"), (9.9999999e9, "1e10"),
    (1e308, "1e308"), (1.7976931348623157e308, "1.7977e308"), (.leastNonzeroMagnitude, "5e-324"),
    (-1e-9, "-1e-9"), (0.0001, "0.0001"), (100, "100"), (.infinity, "inf"), (-.infinity, "-inf"),
    (.nan, "nan"),
  ]

  @Test(arguments: briefNumbersCases) func briefNumbers(number: Double, text: String) {
    #expect(number.brief() == text)
  }

  /// What is printed is within half a unit of the last digit.
  @Test(arguments: [2, 3, 5, 8]) func briefNumbersAreCorrectlyRounded(digits: Int) throws {
    var number = 1.2345678901e-300
    while number < 1e300 {
      let read = try #require(
        Double(number.brief(digits: digits)), "\(number.brief(digits: digits))")
      var half = 0.5000001
      for _ in 1..<digits { half /= 10 }
      #expect(abs(read / number - 1) <= half, "\(number) is printed as \(read)")
      number *= 7.31
    }
  }
}
