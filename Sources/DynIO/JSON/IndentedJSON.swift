import Dynamics

/// Values on indented lines.
struct IndentedJSON {
  private(set) var text = ""

  private static let width = 100

  /// Appends a value inside `depth` open brackets, behind `column` characters of its line.
  mutating func append(_ value: Value, depth: Int, column: Int) {
    switch value {
    case .list(let elements) where !elements.isEmpty:
      append(elements, depth: depth, column: column)
    case .object(let members) where !members.isEmpty:
      append(members, depth: depth)
    default:
      text += JSONLine.text(value)
    }
  }

  private mutating func append(_ elements: [Value], depth: Int, column: Int) {
    if let line = line(of: elements, room: Self.width - column) {
      text += line
      return
    }
    text += "["
    for (index, element) in elements.enumerated() {
      let column = beginLine(after: index, depth: depth + 1)
      append(element, depth: depth + 1, column: column)
    }
    endLines(with: "]", depth: depth)
  }

  private mutating func append(_ members: [Value.Member], depth: Int) {
    text += "{"
    for (index, member) in members.enumerated() {
      let indentation = beginLine(after: index, depth: depth + 1)
      let key = JSONScalar.text(member.key) + ": "
      text += key
      append(member.value, depth: depth + 1, column: indentation + key.count)
    }
    endLines(with: "}", depth: depth)
  }

  private mutating func beginLine(after index: Int, depth: Int) -> Int {
    let indentation = 2 * depth
    text += (index > 0 ? ",\n" : "\n") + String(repeating: " ", count: indentation)
    return indentation
  }

  private mutating func endLines(with bracket: String, depth: Int) {
    text += "\n" + String(repeating: " ", count: 2 * depth) + bracket
  }

  /// A list of scalars on one line that leaves room for a comma, or nil if it does not fit.
  private func line(of elements: [Value], room: Int) -> String? {
    // Each element takes a character and a comma at least; a long list need not be spelt out.
    guard 2 * elements.count < room, elements.allSatisfy(isScalar) else { return nil }
    let line = "[" + elements.map(JSONScalar.text).joined(separator: ", ") + "]"
    return line.count < room ? line : nil
  }

  private func isScalar(_ value: Value) -> Bool {
    switch value {
    case .list, .object: false
    default: true
    }
  }
}
