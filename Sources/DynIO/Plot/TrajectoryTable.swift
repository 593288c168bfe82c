import DynText
import Dynamics

/// A trajectory CSV taken apart into the lines of a figure.
struct TrajectoryTable {
  /// One solver of one member.
  struct Series {
    let sweepValues: [String]
    let solver: String
    var times: [Double] = []
    /// One list a column of `observables`.
    var values: [[Double]]
  }

  let sweepKeys: [String]
  let observables: [String]
  let series: [Series]
  /// A sentence for whatever of a file was passed over.
  var notes: [String] = []

  /// The columns between the sweep's keys and the observables.
  private static let fixedColumns = ["solver", "time", "zeta_h", "zeta_w"]
  /// What programs write for a number that is not there.
  private static let missing: Set = ["", "NA", "N/A", "<NA>", "null", "NULL", "None"]

  init(sweepKeys: [String], observables: [String], series: [Series]) {
    self.sweepKeys = sweepKeys
    self.observables = observables
    self.series = series
  }

  /// - Throws: `CSVTable.Fault` when the table is none that `dyn simulate` wrote.
  init(_ table: CSVTable) throws(CSVTable.Fault) {
    guard let solver = table.header.firstIndex(of: "solver"),
      table.header.dropFirst(solver).starts(with: Self.fixedColumns)
    else {
      throw CSVTable.Fault(
        description: "the columns solver, time, zeta_h, zeta_w are missing: "
          + "give a CSV that dyn simulate wrote")
    }
    try Self.checkNames(table.header)
    let indices = table.header[..<solver].prefix(while: Self.isIndex).count
    if indices > 0 {
      notes = ["the first column is an index without a name: it is left out"]
    }
    sweepKeys = Array(table.header[indices..<solver])
    let columns = Array(table.header[(solver + Self.fixedColumns.count)...])
    observables = columns
    var series: [Series] = []
    // Rows of one series need not follow each other: programs sort tables as they like.
    var places: [[ExactText]: Int] = [:]
    for (line, row) in zip(table.lines, table.rows) {
      let name = row[indices...solver].map(ExactText.init)
      let place = places[name] ?? series.count
      if place == series.count {
        places[name] = place
        series.append(
          Series(
            sweepValues: Array(row[indices..<solver]), solver: row[solver],
            values: columns.map { _ in [] }))
      }
      series[place].times.append(try Self.number(row[solver + 1], line: line))
      for column in columns.indices {
        series[place].values[column].append(try Self.number(row[solver + 4 + column], line: line))
      }
    }
    self.series = series
  }

  /// Whether a column is the row numbers that pandas writes, or has read and written again.
  private static func isIndex(_ name: String) -> Bool {
    name.isEmpty || name.hasPrefix("Unnamed: ")
  }

  private static func checkNames(_ header: [String]) throws(CSVTable.Fault) {
    var seen: Set<ExactText> = []
    for name in header where !seen.insert(ExactText(name)).inserted {
      throw CSVTable.Fault(
        description: "two columns are called \"\(TerminalText.word(name))\": "
          + "give each a name of its own")
    }
  }

  /// A cell's number; nan where there is none.
  private static func number(_ text: String, line: Int) throws(CSVTable.Fault) -> Double {
    if let number = Double(text) { return number }
    var word = text[...]
    while word.first == " " { word.removeFirst() }
    while word.last == " " { word.removeLast() }
    if missing.contains(String(word)) { return .nan }
    guard let number = Double(word) else {
      throw CSVTable.Fault(
        description:
          "line \(line): \"\(TerminalText.word(text))\" is not a number: mend it or leave the cell empty"
      )
    }
    return number
  }
}
