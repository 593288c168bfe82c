import DynText
import Testing

@Suite struct GnuplotTextTests {
  /// What every byte of a quoted text may be, and a backslash before three octal digits.
  private static let allowed = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,.;:()+=-".utf8)

  /// The text of a string in gnuplot's double quotes; nil for one that is more than that.
  private static func decoded(_ quoted: String) -> String? {
    var rest = Array(quoted.utf8)[...]
    guard rest.popFirst() == UInt8(ascii: "\""), rest.popLast() == UInt8(ascii: "\"") else {
      return nil
    }
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      if allowed.contains(byte) {
        bytes.append(byte)
      } else {
        let digits = String(decoding: rest.prefix(3), as: UTF8.self)
        guard byte == UInt8(ascii: "\\"), digits.utf8.count == 3,
          let value = UInt8(digits, radix: 8)
        else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(3)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Every scalar alone, between letters, and after a carriage return, with which it may be one
  /// character.
  @Test func everyScalarStaysOneInertText() throws {
    for value in UInt32(1)...0x10FFFF {
      // All of the first plane's beginning, where every special character is, then a sample.
      guard let scalar = Unicode.Scalar(value), value < 0x3000 || value % 97 == 0 else { continue }
      for text in ["a\(scalar)b", "\r\(scalar)", "'\(scalar)\"\(scalar)"] {
        let visible = text.unicodeScalars.map(TerminalText.visible).joined()
        let quoted = try GnuplotText.quoted(text)
        guard let decoded = Self.decoded(quoted), decoded.utf8.elementsEqual(visible.utf8) else {
          Issue.record("U+\(String(value, radix: 16)): \(quoted)")
          return
        }
      }
    }
  }

  @Test func lineEndsAreVisible() throws {
    #expect(try GnuplotText.quoted("x\r\ny") == #""x\134u\173d\175\134u\173a\175y""#)
    #expect(try GnuplotText.quoted("`id`$\\") == #""\140id\140\044\134""#)
  }

  @Test func aZeroIsRefusedAndItsTextNamed() throws {
    let fault = try #require(throws: GnuplotText.Fault.self) { try GnuplotText.quoted("a\0b") }
    #expect(fault.description.contains(#""a\u{0}b""#))
    #expect(fault.description.contains("U+0000"))
  }

  @Test func longTextsLoseTheirMiddle() throws {
    let quoted = try GnuplotText.quoted("first" + String(repeating: "x", count: 1 << 20) + "last")
    #expect(quoted.utf8.count < 200)
    let decoded = try #require(Self.decoded(quoted))
    #expect(decoded.hasPrefix("first") && decoded.hasSuffix("last"))
    #expect(try GnuplotText.quoted("abcdefghij", limit: 6).hasPrefix("\"abcd "))
  }
}
