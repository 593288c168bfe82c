public import Dynamics

/// Means over seeds of the observables at the end, with standard errors, and each solver's paired
/// difference to the first.
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

  /// A table of means, and where there are several solvers one of differences.
  public var lines: [String] {
    let means = table("mean over seeds +- standard error") { _, own in own }
    let differences = table("paired difference to the first solver") { first, own in
      zip(own, first).map { $0 - $1 }
    }
    let isComparison = groups.contains { $0.members.contains { $0.count > 1 } }
    return means + (isComparison ? [""] + differences : [])
  }

  private func table(
    _ title: String, _ combine: (_ first: [Double], _ own: [Double]) -> [Double]
  ) -> [String] {
    var table = TextTable(keys + ["solver", "seeds"] + observables.map(\.name))
    for group in groups {
      for solver in group.members.first?.indices ?? 0..<0 {
        table.add(
          group.values + [group.members[0][solver].solver, "\(group.members.count)"]
            + observables.indices.map { column in
              SeedMean(
                combine(
                  values(group.members, solver: 0, column),
                  values(group.members, solver: solver, column))
              ).text
            })
      }
    }
    return [title] + table.lines
  }

  /// The last values of one observable, a number a seed; nan for a solver without rows.
  private func values(_ members: [[Trajectory]], solver: Int, _ column: Int) -> [Double] {
    members.map { trajectories in
      trajectories.indices.contains(solver)
        ? trajectories[solver].rows.last?.values[column] ?? .nan : .nan
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
