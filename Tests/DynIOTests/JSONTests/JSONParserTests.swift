import DynIO
import Dynamics
import Testing

@Suite struct JSONParserTests {
  @Test(arguments: [
    ("null", Value.null), ("true", .boolean(true)), (" \t\r\nfalse\n", .boolean(false)),
    ("\u{FEFF}[]", .list([])), ("{}", .object([])), ("\"\"", .string("")),
    ("[1, [2], {}]", .list([.number(1), .list([.number(2)]), .object([])])),
    ("[1, 2,]", .list([.number(1), .number(2)])),
    ("{\"a\": 1, }", .object([Value.Member(key: "a", value: .number(1))])),
    ("// b\r[1 // c\n, /* d ** / \n*/ 2/**/]//", .list([.number(1), .number(2)])),
    ("\"// no /* comment */\"", .string("// no /* comment */")),
  ]) func readsValues(text: String, expected: Value) throws {
    #expect(try JSONParser.parse(text) == expected)
  }

  @Test func keepsTheOrderOfKeys() throws {
    let value = try JSONParser.parse("{\"z\": 1, \"a\": 2, \"m\": 3}")
    guard case .object(let members) = value else {
      Issue.record("not an object")
      return
    }
    #expect(members.map(\.key) == ["z", "a", "m"])
  }

  @Test(arguments: [
    ("0", 0), ("-0", -0.0), ("12", 12), ("-1.5", -1.5), ("1E2", 100), ("25e-1", 2.5),
    ("1.25e+2", 125), ("0.1", 0.1), ("9007199254740993", 9_007_199_254_740_992),
    ("9007199254740993.00000000000000000000001", 9_007_199_254_740_994), ("1e-400", 0),
    ("2.4703282292062328e-324", .leastNonzeroMagnitude),
    ("1.7976931348623157e308", .greatestFiniteMagnitude),
  ]) func readsNumbersCorrectlyRounded(text: String, expected: Double) throws {
    guard case .number(let number) = try JSONParser.parse(text) else {
      Issue.record("not a number")
      return
    }
    #expect(number.bitPattern == expected.bitPattern)
  }

  @Test(arguments: [
    (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u0041""#, "éA"),
    (#""\uD83D\uDE00\ud83d\ude01""#, "😀😁"), (#""\u0000""#, "\u{0}"), ("\"é漢😀\u{7F}\"", "é漢😀\u{7F}"),
  ]) func readsStrings(text: String, expected: String) throws {
    guard case .string(let string) = try JSONParser.parse(text) else {
      Issue.record("not a string")
      return
    }
    #expect(Array(string.unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test(arguments: [("[", "]"), ("{\"a\":", "}")])
  func readsNestingUpToTheLimit(opening: String, closing: String) throws {
    func nested(_ depth: Int) -> String {
      String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)
    }
    _ = try JSONParser.parse(nested(200))
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(nested(201)) }
  }

  @Test func endsQuicklyOnLongHostileTexts() throws {
    for unit in ["[", "{\"a\":", "/*", "\"", "[[],", "-", "9", "//\n", "\"a\":", "\\"] {
      _ = try? JSONParser.parse(String(repeating: unit, count: 50_000))
    }
    let key = "\"" + String(repeating: "\u{301}\u{316}", count: 50_000) + "\":1,"
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse("{" + key + key + "}") }
  }
}
