/// A text that is told from others by its bytes, as files and columns are.
///
/// Two `String`s are equal where they look alike: "é" in one scalar, and "e" with an accent behind
/// it. They may name two files.
public struct ExactText: Hashable, Comparable, Sendable {
  /// The text.
  public let text: String

  /// A text by its bytes.
  public init(_ text: String) { self.text = text }

  /// Whether two texts have the same bytes. O(length).
  public static func == (first: ExactText, second: ExactText) -> Bool {
    first.text.utf8.elementsEqual(second.text.utf8)
  }

  /// The order of the bytes. O(length).
  public static func < (first: ExactText, second: ExactText) -> Bool {
    first.text.utf8.lexicographicallyPrecedes(second.text.utf8)
  }

  /// Hashes the bytes. O(length).
  public func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
    hasher.combine(0xFF as UInt8)
  }
}
