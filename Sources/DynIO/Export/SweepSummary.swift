public import Dynamics

/// What a sweep found, for people: a row a member and solver.
public struct SweepSummary {
  /// The members' values as text with their trajectories.
  public typealias Member = (values: [String], trajectories: [Trajectory])

  /// Rows that are printed; the CSV has them all.
  private static let rowLimit = 200

  private let name: String
  private let keys: [String]
  private let observables: [Observable]
  private let members: [Member]

  /// A summary of finished members.
  public init(
    _ name: String, keys: [String], observables: [Observable], members: [Member]
  ) {
    self.name = name
    self.keys = keys
    self.observables = observables
    self.members = members
  }

  /// The summary as lines.
  public var lines: [String] {
    var table = TextTable(
      keys + ["solver", "seconds", "largest relative_error"] + observables.map(\.name))
    let rows = members.flatMap { member in
      member.trajectories.map { row(member.values, $0) }
    }
    for row in rows.prefix(Self.rowLimit) { table.add(row) }
    let rest = rows.count - Self.rowLimit
    return ["\(name): \(members.count) members, observables at the end"] + table.lines
      + (rest > 0 ? ["... and \(rest) more rows in the CSV"] : [])
  }

  private func row(_ values: [String], _ trajectory: Trajectory) -> [String] {
    values + [
      trajectory.solver, trajectory.seconds.brief(digits: 3),
      trajectory.largestRelativeError?.brief(digits: 3) ?? "-",
    ] + observables.indices.map { trajectory.rows.last?.value($0).brief() ?? "-" }
  }
}
