import DynText
public import Dynamics

/// Trajectories as comma-separated values (RFC 4180): one row per solver and output time, preceded
/// by one column per swept key.
///
/// Numbers print in their shortest form that reads back as the same double.
public struct TrajectoryCSV: Sendable {
  /// The trajectories of one member of a sweep, with its values as text.
  public typealias Member = (sweepValues: [String], trajectories: [Trajectory])

  /// Rows are handed on in pieces of about this many bytes.
  private static let pieceSize = 1 << 16

  /// The first line.
  public let header: String

  /// A table of a run's columns.
  public init(sweepKeys: [String] = [], observables: [Observable]) {
    let columns =
      sweepKeys + ["solver", "time", "zeta_h", "zeta_w"] + observables.map(\.name)
      + ["relative_error"]
    header = CSVText.line(columns.map { CSVText.cell($0) })
  }

  /// Hands the rows of one member to `write`, piece by piece.
  ///
  /// - Complexity: O(rows * columns) in time, O(1) in memory.
  public func rows<Failure: Error>(
    of member: Member, write: (String) throws(Failure) -> Void
  ) throws(Failure) {
    var text = ""
    for trajectory in member.trajectories {
      let start = (member.sweepValues + [trajectory.solver]).map { CSVText.cell($0) }
        .joined(separator: ",")
      for row in trajectory.rows {
        text += start
        append(row.time, to: &text)
        append(row.zeta.features, to: &text)
        append(row.zeta.prototypes, to: &text)
        for value in row.values { append(value, to: &text) }
        append(row.relativeError, to: &text)
        text += "\r\n"
        if text.utf8.count >= Self.pieceSize {
          try write(text)
          text.removeAll(keepingCapacity: true)
        }
      }
    }
    try write(text)
  }

  private func append(_ number: Double, to text: inout String) {
    text += ","
    text += CSVText.cell(number)
  }
}
