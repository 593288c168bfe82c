import DynIO
import Testing

@Suite struct JSONSyntaxErrorTests {
  @Test(arguments: [
    ("", 1, 1, "found the end of the file, expected a value"),
    ("// only", 1, 8, "found the end of the file, expected a value"),
    ("[1,\r\n2,\r 3", 3, 3, "expected \"]\" to close the array opened in line 1"),
    ("{\"a\": 1", 1, 8, "expected \"}\" to close the object opened in line 1"),
    ("[1 2]", 1, 4, "found a number, expected \",\" or \"]\""),
    ("[1}", 1, 3, "found \"}\", expected \",\" or \"]\""),
    ("[,]", 1, 2, "found \",\", expected a value"), ("{,}", 1, 2, "expected a key"),
    ("[1,,]", 1, 4, "found \",\", expected a value"),
    ("{\"a\" 1}", 1, 6, "found a number, expected \":\" after the key \"a\""),
    ("{a: 1}", 1, 2, "found the word a, expected a key in double quotes"),
    ("{\"k\": 1,\n\"k\": 2}", 2, 1, "the key \"k\" again (first in line 1)"),
    ("{\"\u{E9}\": 1, \"e\u{301}\": 2}", 1, 10, "again"),
    ("1 2", 1, 3, "found a number, expected nothing more after the first value"),
    ("/ 1", 1, 1, "\"//\" or \"/*\""), ("\n/* 1", 2, 5, "close the comment opened in line 2"),
    ("[\"e\u{301}👨‍👩‍👧\", x]", 1, 8, "found the word x, expected a value; text needs"),
    ("['a']", 1, 2, "text needs double quotes"), ("True", 1, 1, "expected true in lower case"),
    ("None", 1, 1, "expected null"), ("[\u{0}]", 1, 2, "found the character U+0000"),
  ]) func pointsAtStructuralMistakes(
    text: String, line: Int, column: Int, fragment: String
  ) throws {
    try expectError(in: Array(text.utf8), line: line, column: column, fragment: fragment)
  }

  @Test(arguments: [
    ("01", 1, "no leading zeros"), ("[-012]", 2, "no leading zeros"),
    ("-", 2, "a digit after the minus sign"), ("1.", 3, "a digit after the decimal point"),
    ("1e+", 4, "a digit after the exponent sign"), ("+1", 1, "without a plus sign"),
    (".5", 1, "a digit before the decimal point"), ("0x1", 2, "found the word x1"),
    ("1e999", 1, "found the number 1e999, expected a size of at most"),
    ("-1e999", 1, "found the number -1e999"),
    ("NaN", 1, "found NaN, expected a finite number: JSON has no such number"),
    ("[-Infinity]", 2, "found -Infinity, expected a finite number: JSON has no such number"),
    ("inf", 1, "JSON has no such number"),
  ]) func pointsAtBadNumbers(text: String, column: Int, fragment: String) throws {
    try expectError(in: Array(text.utf8), line: 1, column: column, fragment: fragment)
  }

  @Test(arguments: [
    ("\"a", 3, "expected '\"' to close the string opened in line 1"),
    ("\"a\n\"", 3, "the end of the line in a string"), ("\"\t\"", 2, "a tab in a string"),
    ("\"\u{1B}\"", 2, "the control character U+001B in a string"),
    (#""\x""#, 3, "after the backslash"), (#""\u12g4""#, 6, "four hexadecimal digits"),
    (#""\ud83d""#, 2, #"found \ud83d, which is half"#), (#""\ude00""#, 2, "half of a surrogate"),
    (#""\ud83d\n""#, 2, "half of a surrogate"), (#""\ud83d\u0041""#, 2, "half of a surrogate"),
  ]) func pointsAtBadStrings(text: String, column: Int, fragment: String) throws {
    try expectError(in: Array(text.utf8), line: 1, column: column, fragment: fragment)
  }

  @Test(
    arguments: [
      ([0x22, 0xFF, 0x22], 2, "0xFF"), ([0x22, 0xC0, 0x80, 0x22], 2, "0xC0"),
      ([0x22, 0xED, 0xA0, 0x80, 0x22], 2, "0xED"), ([0x31, 0xE2, 0x82], 2, "0xE2"),
      ([0xEF, 0xBB, 0xBF, 0x31, 0x20, 0x80], 3, "0x80"),
    ] as [([UInt8], Int, String)]) func pointsAtInvalidUTF8(
      bytes: [UInt8], column: Int, byte: String
    ) throws
  {
    try expectError(in: bytes, line: 1, column: column, fragment: "the byte \(byte) that is not")
  }

  @Test(arguments: ["xyz", "{\"xyz\": 1, \"xyz\": 2}", "{\"xyz\\n\u{2028}\" 1}"])
  func shortensAndFlattensWhatItQuotes(pattern: String) throws {
    let long = String(repeating: "xyz", count: 1000)
    let text = pattern.replacing("xyz", with: long)
    let error = try #require(throws: JSONSyntaxError.self) { try JSONParser.parse(text) }
    #expect(error.message.count < 200)
    #expect(error.message.split(whereSeparator: \.isNewline).count == 1)
  }

  @Test func describesItsPlace() throws {
    let error = try #require(throws: JSONSyntaxError.self) { try JSONParser.parse("[\n  ]]") }
    #expect(
      error.description
        == "line 2, column 4: found \"]\", expected nothing more after the first value")
  }

  private func expectError(
    in bytes: [UInt8], line: Int, column: Int, fragment: String
  ) throws {
    let error = try #require(throws: JSONSyntaxError.self) { try JSONParser.parse(bytes) }
    #expect(error.line == line)
    #expect(error.column == column)
    #expect(error.message.contains(fragment), "\(error.message)")
  }
}
