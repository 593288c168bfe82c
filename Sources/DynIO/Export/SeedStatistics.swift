public import Dynamics

/// Means over seeds of the observables at the end with standard errors, and of each solver's paired
/// differences to the first.
public struct SeedStatistics {
  private let keys: [String]
  private let observables: [Observable]
  private let groups: [(values: [String], members: [[Trajectory]])]

  /// The statistics of a sweep over `initial_state.seed`; nil for another one, or a single seed.
  public init?(
    keys: [String], observables: [Observable], members: [SweepSummary.Member]
  ) {
    guard let position = keys.firstIndex(of: "initial_state.seed") else { return nil }
    var groups: [(values: [String], members: [[Trajectory]])] = []
    for member in members {
      var values = member.values
      values.remove(at: position)
      if let index = groups.firstIndex(where: { $0.values == values }) {
        groups[index].members.append(member.trajectories)
      } else {
        groups.append((values, [member.trajectories]))
      }
    }
    guard groups.contains(where: { $0.members.count > 1 }) else { return nil }
    self.keys = keys.enumerated().filter { $0.offset != position }.map(\.element)
    self.observables = observables
    self.groups = groups
  }

  /// For every combination of the other swept values a table: a row an observable, a column a
  /// solver, and a column for each solver's difference to the first.
  public var lines: [String] {
    groups.flatMap { group in
      let solvers = group.members[0].map(\.solver)
      let label = zip(keys, group.values).map { ", \($0) = \($1)" }.joined()
      var table = TextTable(
        ["at the end"] + solvers + solvers.dropFirst().map { "\($0) less \(solvers[0])" })
      for (column, observable) in observables.enumerated() {
        let values = solvers.indices.map { self.values(group.members, solver: $0, column) }
        let differences = values.dropFirst().map { zip($0, values[0]).map { $0 - $1 } }
        table.add([observable.name] + (values + differences).map { SeedMean($0).text })
      }
      return ["mean over \(group.members.count) seeds +- standard error\(label)"] + table.lines
    }
  }

  /// The last values of one observable, a number a seed; nan for a solver without rows.
  private func values(_ members: [[Trajectory]], solver: Int, _ column: Int) -> [Double] {
    members.map { trajectories in
      trajectories.indices.contains(solver)
        ? trajectories[solver].rows.last?.value(column) ?? .nan : .nan
    }
  }
}

/// A mean with its standard error.
struct SeedMean {
  let mean: Double
  let standardError: Double

  init(_ values: [Double]) {
    let count = Double(values.count)
    mean = values.reduce(0, +) / count
    let center = mean
    let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    standardError = (squares / (count * (count - 1))).squareRoot()
  }

  var text: String { "\(mean.brief(digits: 4)) +- \(standardError.brief(digits: 2))" }
}
