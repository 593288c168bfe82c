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

  init(sweepKeys: [String], observables: [String], series: [Series]) {
    self.sweepKeys = sweepKeys
    self.observables = observables
    self.series = series
  }

  /// - Throws: `CSVTable.Fault` when the table is none that `dyn simulate` wrote.
  init(_ table: CSVTable) throws(CSVTable.Fault) {
    guard let solver = table.header.firstIndex(of: "solver"),
      table.header.dropFirst(solver).starts(with: ["solver", "time", "zeta_h", "zeta_w"])
    else {
      throw CSVTable.Fault(
        description: "the columns solver, time, zeta_h, zeta_w are missing: "
          + "give a CSV that dyn simulate wrote")
    }
    sweepKeys = Array(table.header[..<solver])
    let columns = Array(table.header[(solver + 4)...])
    observables = columns
    var series: [Series] = []
    for (index, row) in table.rows.enumerated() {
      let values = Array(row[..<solver])
      if series.last?.solver != row[solver] || series.last?.sweepValues != values {
        series.append(
          Series(
            sweepValues: values, solver: row[solver],
            values: columns.map { _ in [] }))
      }
      let last = series.count - 1
      series[last].times.append(try Self.number(row[solver + 1], row: index))
      for column in columns.indices {
        series[last].values[column].append(try Self.number(row[solver + 4 + column], row: index))
      }
    }
    self.series = series
  }

  private static func number(_ text: String, row: Int) throws(CSVTable.Fault) -> Double {
    guard let number = Double(text) else {
      throw CSVTable.Fault(description: "row \(row + 2): \"\(text)\" is not a number")
    }
    return number
  }
}
