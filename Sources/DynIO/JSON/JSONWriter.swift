public import Dynamics

/// Writes values as JSON text that ``JSONParser`` and every other JSON reader can read.
///
/// Numbers have the fewest digits that read back as the same `Double`; whole numbers below 2^53
/// have no fraction (negative zero is `-0.0`, or other readers would lose its sign). NaN and the
/// infinities become `null`, because JSON has no such numbers.
public enum JSONWriter {
  /// The JSON text of a value, without a line break at its end.
  ///
  /// - Parameter indented: Whether to use one line per element and two spaces per level, where a
  ///   list without lists and objects stays on one line if that line has at most 100 characters;
  ///   otherwise the text is one line without spaces.
  /// - Complexity: O(n) for a text of n characters.
  public static func text(_ value: Value, indented: Bool) -> String {
    guard indented else { return JSONLine.text(value) }
    var writer = IndentedJSON()
    writer.append(value, depth: 0, column: 0)
    return writer.text
  }
}

/// Values on one line.
enum JSONLine {
  static func text(_ value: Value) -> String {
    var text = ""
    append(value, to: &text)
    return text
  }

  private static func append(_ value: Value, to text: inout String) {
    switch value {
    case .list(let elements):
      appendSeries(elements, brackets: ("[", "]"), to: &text) { append($0, to: &$1) }
    case .object(let members):
      appendSeries(members, brackets: ("{", "}"), to: &text) {
        $1 += JSONScalar.text($0.key) + ":"
        append($0.value, to: &$1)
      }
    default:
      text += JSONScalar.text(value)
    }
  }

  private static func appendSeries<Element>(
    _ elements: [Element], brackets: (String, String), to text: inout String,
    appendElement: (Element, inout String) -> Void
  ) {
    text += brackets.0
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      appendElement(element, &text)
    }
    text += brackets.1
  }
}
