import Testing

/// The summary that `dyn simulate` prints, read as a person does.
struct SummaryText {
  let lines: [String]

  init(_ output: String) { lines = output.split(separator: "\n").map(String.init) }

  /// The rest of the line that begins with a text.
  func rest(after start: String) throws -> String {
    let line = try #require(lines.first { $0.hasPrefix(start) }, "no line begins with \(start)")
    return String(line.dropFirst(start.count))
  }

  /// The cells of the row of a table that begins with a first cell, by the titles of its columns,
  /// which two spaces part.
  func row(_ first: String, ofTable title: String) throws -> [String: String] {
    let start = try #require(lines.firstIndex { Self.cells($0).first == title })
    let titles = Self.cells(lines[start])
    let row = try #require(
      lines[start...].map(Self.cells).first { $0.first == first }, "there is no row \(first)")
    try #require(row.count == titles.count, "\(row)")
    return Dictionary(uniqueKeysWithValues: zip(titles, row))
  }

  private static func cells(_ line: String) -> [String] {
    line.split(separator: "  ").map { $0.trimmingPrefix { $0 == " " } }.map(String.init)
      .filter { !$0.isEmpty }
  }
}
