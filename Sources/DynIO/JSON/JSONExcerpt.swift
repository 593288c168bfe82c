import DynText

/// Pieces of a text as error sentences show them: short, on one line and printable.
enum JSONExcerpt {
  static let length = 40

  static func quoted(_ text: String) -> String {
    "\"\(cut(text))\""
  }

  static func character(_ scalar: Unicode.Scalar) -> String {
    TerminalText.isVisible(scalar) ? quoted(String(scalar)) : "the character \(codePoint(scalar))"
  }

  static func cut(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let shown = scalars.prefix(length).map(printable).joined()
    return scalars.dropFirst(length).isEmpty ? shown : shown + "…"
  }

  private static func printable(_ scalar: Unicode.Scalar) -> String {
    TerminalText.isVisible(scalar) ? String(scalar) : codePoint(scalar)
  }

  static func codePoint(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
