import DynIO
import Dynamics
import Testing

@Suite struct JSONWriterTests {
  @Test(arguments: [
    (5.0, "5"), (-3, "-3"), (0, "0"), (-0.0, "-0.0"), (0.1, "0.1"), (1e-7, "1e-07"),
    (9_007_199_254_740_991, "9007199254740991"), (9_007_199_254_740_992, "9007199254740992.0"),
    (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"), (.nan, "null"), (.infinity, "null"),
    (-.infinity, "null"),
  ]) func writesNumbers(number: Double, expected: String) {
    #expect(JSONWriter.text(.number(number), indented: false) == expected)
  }

  @Test func escapesStrings() {
    let text = JSONWriter.text(.string("\"\\/\n\r\t\u{0}\u{1F}é😀"), indented: false)
    #expect(text == #""\"\\/\n\r\t\u0000\u001Fé😀""#)
  }

  @Test func writesOneLineWithoutSpaces() throws {
    let text = #"{"b":[1,[],{}],"a":{"c":null,"d":true}}"#
    #expect(JSONWriter.text(try JSONParser.parse(text), indented: false) == text)
  }

  @Test func indentsByTwoSpaces() throws {
    let text = """
      {
        "b": [1, "x", null],
        "a": {
          "c": [],
          "d": {}
        },
        "e": [
          [1, 2],
          [
            {
              "f": false
            }
          ]
        ]
      }
      """
    #expect(JSONWriter.text(try JSONParser.parse(text), indented: true) == text)
  }

  @Test(arguments: [(88, 1), (89, 3)])
  func keepsListsOnOneLineOf100Characters(length: Int, lines: Int) {
    let list = Value.list([.string(String(repeating: "é", count: length))])
    let value = Value.object([Value.Member(key: "k", value: list)])
    let text = JSONWriter.text(value, indented: true)
    #expect(text.split(separator: "\n").count == lines + 2)
    #expect(lines > 1 || text.split(separator: "\n")[1].count == 99)
  }

  @Test func breaksLongListsOfShortNumbers() {
    let list = Value.list(Array(repeating: .number(1), count: 50))
    #expect(JSONWriter.text(list, indented: true).split(separator: "\n").count == 52)
    let shorter = Value.list(Array(repeating: .number(1), count: 33))
    #expect(JSONWriter.text(shorter, indented: true).split(separator: "\n").count == 1)
  }

  @Test(arguments: 0..<200, [false, true])
  func writesWhatReadsBackTheSame(seed: Int, indented: Bool) throws {
    var values = RandomValues(seed: UInt64(seed))
    let value = values.value(depth: 4)
    let text = JSONWriter.text(value, indented: indented)
    let copy = try JSONParser.parse(text)
    #expect(copy == value)
    // Equal strings may differ in their bytes, equal numbers in their sign.
    #expect(Array(JSONWriter.text(copy, indented: indented).utf8) == Array(text.utf8))
  }
}

/// Random values from a seeded generator (SplitMix64).
private struct RandomValues {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func value(depth: Int) -> Value {
    switch next() % (depth > 0 ? 7 : 5) {
    case 0: .null
    case 1: .boolean(next() % 2 == 0)
    case 2: .number(number())
    case 3: .number(Double(Int64(truncatingIfNeeded: next()) >> (next() % 64)))
    case 4: .string(string())
    case 5: .list((0..<next() % 12).map { _ in value(depth: depth - 1) })
    default: .object(members(depth: depth))
    }
  }

  private mutating func members(depth: Int) -> [Value.Member] {
    (0..<next() % 6).map { index in
      Value.Member(key: "\(index)" + string(), value: value(depth: depth - 1))
    }
  }

  private mutating func number() -> Double {
    let number = Double(bitPattern: next())
    return number.isFinite ? number : 0
  }

  private mutating func string() -> String {
    var scalars = String.UnicodeScalarView()
    for _ in 0..<next() % 8 {
      let limit: UInt64 = [0x80, 0x800, 0x11_0000][Int(next() % 3)]
      if let scalar = Unicode.Scalar(UInt32(next() % limit)) { scalars.append(scalar) }
    }
    return String(scalars)
  }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
