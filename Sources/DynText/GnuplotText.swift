/// Texts inside a gnuplot script.
public enum GnuplotText {
  /// The most Unicode scalars of a title or a label; of a longer one the middle is left out.
  public static let labelLimit = 120

  /// A text that no script can hold. The description is a sentence.
  public struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The text with its control characters as visible escapes, cut to one line.
    public let text: String

    /// The sentence.
    public var description: String {
      "the text \"\(text)\" holds the character U+0000, which no figure can: take it out"
    }
  }

  /// A text as a double-quoted string of gnuplot that means this text and does nothing: every byte
  /// but ASCII letters, digits and ` ,.;:()+=-` is an octal escape. Characters that no figure can
  /// show stand as visible escapes such as `\u{1b}`.
  ///
  /// The string must be used with `noenhanced`, or `{}^_@&` would set the text instead of standing
  /// in it.
  ///
  /// - Parameter limit: the most Unicode scalars that are kept of the text.
  /// - Throws: `Fault` for a text with U+0000.
  /// - Complexity: O(length of the text).
  public static func quoted(
    _ text: String, limit: Int = labelLimit
  ) throws(Fault) -> String {
    guard !text.utf8.contains(0) else { throw Fault(text: TerminalText.word(text)) }
    var quoted = "\""
    var followsEscape = false
    for byte in TerminalText.line(text, limit: limit).utf8 {
      // gnuplot would take a digit behind an escape for a part of it.
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      let needsEscape = !isPlain(byte) || (isDigit && followsEscape)
      followsEscape = needsEscape
      if !needsEscape {
        quoted.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 8)
        quoted += "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
      }
    }
    return quoted + "\""
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: " ,.;:()+=-".utf8.contains(byte)
    }
  }
}
