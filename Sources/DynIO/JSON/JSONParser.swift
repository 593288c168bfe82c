public import Dynamics

/// Reads JSON (RFC 8259) that may also hold comments and trailing commas.
///
/// Comments are `// …` to the end of the line and `/* … */`. A comma may follow the last element
/// of an array or object. Everything else outside RFC 8259 is an error, and so are keys that
/// appear twice in one object, numbers too large for a `Double` and nesting deeper than
/// ``maximumDepth``.
public enum JSONParser {
  /// How many arrays and objects may lie inside each other.
  public static let maximumDepth = 200

  /// Reads the one JSON value that a text consists of.
  ///
  /// - Throws: ``JSONSyntaxError`` for the first place where the text is not such JSON.
  /// - Complexity: O(n) for a text of n bytes.
  public static func parse(_ text: some StringProtocol) throws(JSONSyntaxError) -> Value {
    try parse(Array(text.utf8))
  }

  /// Reads the one JSON value that the bytes of a UTF-8 file consist of, with or without a byte
  /// order mark.
  ///
  /// - Throws: ``JSONSyntaxError`` for the first place where the bytes are not UTF-8, otherwise
  ///   for the first place where the text is not such JSON.
  /// - Complexity: O(n) for n bytes.
  public static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> Value {
    var scanner = JSONScanner(bytes)
    try scanner.requireUTF8()
    return try scanner.document()
  }

  /// About how many bytes the value of a JSON text takes beside the text, the growing of its lists
  /// included.
  ///
  /// - Complexity: O(n) for n bytes.
  static func memory(_ bytes: [UInt8]) -> Double {
    var (separators, brackets, colons) = (0, 0, 0)
    for byte in bytes {
      switch byte {
      case UInt8(ascii: ","): separators += 1
      case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
      case UInt8(ascii: ":"): colons += 1
      default: break
      }
    }
    return 48 * Double(separators) + 96 * Double(brackets) + 128 * Double(colons)
  }
}
