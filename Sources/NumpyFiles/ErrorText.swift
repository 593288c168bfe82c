internal import DynText

private let longestList = 20

/// A text as it may stand in a one-line message.
func shown(_ text: String) -> String { TerminalText.line(text, limit: 300) }

/// A name in quotes, fit for a one-line message.
func quoted(_ name: String) -> String { "\"\(TerminalText.word(name))\"" }

/// A shape as Python writes it, so that the user finds it again in a session.
func shownShape(_ shape: [Int]) -> String {
  shape.count == 1
    ? "(\(shape[0]),)" : "(" + shape.map { String($0) }.joined(separator: ", ") + ")"
}

/// Names separated by commas; of very many, only the first ones and how many more there are.
func listed(_ names: [String]) -> String {
  let list = names.prefix(longestList).map { quoted($0) }.joined(separator: ", ")
  return names.count > longestList ? "\(list) and \(names.count - longestList) more" : list
}
