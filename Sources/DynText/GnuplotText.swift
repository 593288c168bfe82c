/// Texts inside a gnuplot script.
public enum GnuplotText {
  /// The most Unicode scalars of a title or a label; of a longer one the middle is left out.
  public static let labelLimit = 120

  /// A text as a double-quoted string of gnuplot that means this text and does nothing: every byte
  /// but ASCII letters, digits and ` ,.;:()+=-` is an octal escape. Characters that no figure can
  /// show stand as visible escapes such as `\u{1b}`.
  ///
  /// The string must be used with `noenhanced`, or `{}^_@&` would set the text instead of standing
  /// in it.
  ///
  /// - Complexity: O(length of the text).
  public static func quoted(_ text: String) -> String {
    var quoted = "\""
    for byte in TerminalText.line(text, limit: labelLimit).utf8 {
      if isPlain(byte) {
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
