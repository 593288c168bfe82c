/// Text on its way to a terminal: what would break the line, hide, or act on the terminal is shown
/// as an escape such as `\u{1b}`, and a line has a longest length.
public enum TerminalText {
  /// The most Unicode scalars of one message.
  public static let lineLimit = 2000
  /// The most Unicode scalars of one word inside a message, or of one cell of a table.
  public static let wordLimit = 80

  /// A text as one line; of a very long one the middle is left out.
  ///
  /// - Complexity: O(`limit`) beyond a pass over the text's scalars.
  public static func line(_ text: String, limit: Int = lineLimit) -> String {
    shortened(text.unicodeScalars, to: limit)
  }

  /// A word that somebody else chose, such as a key or a path, fit to stand inside a sentence.
  public static func word(_ text: some StringProtocol) -> String {
    shortened(String(text).unicodeScalars, to: wordLimit)
  }

  /// Whether a scalar shows as itself: neither a control, nor a separator of lines, nor invisible,
  /// nor without a meaning.
  public static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (0x20...0x7E).contains(scalar.value) }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      return false
    default: return true
    }
  }

  /// A scalar, or its escape.
  public static func visible(_ scalar: Unicode.Scalar) -> String {
    isVisible(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
  }

  private static func shortened(_ scalars: String.UnicodeScalarView, to limit: Int) -> String {
    guard scalars.dropFirst(limit).isEmpty else {
      let tail = limit / 3
      return shown(scalars.prefix(limit - tail)) + " … " + shown(scalars.suffix(tail))
    }
    return shown(scalars)
  }

  private static func shown(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = ""
    for scalar in scalars {
      if isVisible(scalar) {
        text.unicodeScalars.append(scalar)
      } else {
        text += visible(scalar)
      }
    }
    return text
  }
}
