import Testing

/// A CSV file read by the rules of RFC 4180, and by nothing of the project's own.
struct CSVTable {
  let header: [String]
  let rows: [[String]]

  init(_ text: String) throws {
    var records: [[String]] = [[""]]
    var isQuoted = false
    var rest = Array(text.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      let record = records.count - 1
      let field = records[record].count - 1
      switch (scalar, isQuoted) {
      case ("\"", true) where rest.first == "\"":
        rest.removeFirst()
        records[record][field].unicodeScalars.append(scalar)
      case ("\"", _): isQuoted.toggle()
      case (",", false): records[record].append("")
      case ("\r", false):
        #expect(rest.popFirst() == "\n", "a line ends with CR LF")
        records.append([""])
      case ("\n", false): Issue.record("a line ends with a bare LF")
      default: records[record][field].unicodeScalars.append(scalar)
      }
    }
    #expect(records.popLast() == [""], "the last line has its end")
    header = try #require(records.first)
    rows = Array(records.dropFirst())
    let width = header.count
    #expect(rows.allSatisfy { $0.count == width })
  }

  /// The names of the solvers in the order of their rows.
  var solvers: [String] {
    rows.compactMap(\.first).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// One column of one solver as numbers.
  func column(_ name: String, of solver: String) throws -> [Double] {
    let column = try #require(header.firstIndex(of: name), "there is no column \(name)")
    return try rows.filter { $0[0] == solver }
      .map { try #require(Double($0[column]), "\($0[column]) is no number") }
  }
}
