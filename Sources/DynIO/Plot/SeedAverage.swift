import DynText

/// A series, or the mean of several that differ in the seed only.
struct Averaged {
  var series: TrajectoryTable.Series
  /// The swept keys that `series.sweepValues` belong to.
  var keys: [String]
  var band: (lower: [[Double]], upper: [[Double]])?
  /// Whether it is a mean with a band of one standard deviation, not of seeds.
  var isExpectation = false
}

extension Figure {
  private static let seedKey = "initial_state.seed"

  /// Series that differ in the seed only.
  private struct Group: Hashable {
    let values: [ExactText]
    let solver: ExactText
  }

  /// One series each, or where the seed was swept the mean over the seeds with its band.
  static func averagingSeeds(_ table: TrajectoryTable) -> [Averaged] {
    guard let position = table.sweepKeys.firstIndex(of: seedKey) else {
      return table.series.map { Averaged(series: $0, keys: table.sweepKeys) }
    }
    var keys = table.sweepKeys
    keys.remove(at: position)
    var groups: [Group] = []
    var members: [Group: [TrajectoryTable.Series]] = [:]
    for series in table.series {
      var values = series.sweepValues
      values.remove(at: position)
      let group = Group(values: values.map(ExactText.init), solver: ExactText(series.solver))
      if members[group] == nil { groups.append(group) }
      members[group, default: []].append(series)
    }
    return groups.compactMap { group in
      members[group].flatMap { average($0, group, keys: keys) }
    }
  }

  /// Rows that all seeds have: a seed whose run stopped early ends the mean.
  private static func average(
    _ members: [TrajectoryTable.Series], _ group: Group, keys: [String]
  ) -> Averaged? {
    guard let shortest = members.min(by: { $0.times.count < $1.times.count }) else { return nil }
    func combine(_ reduce: ([Double]) -> Double) -> [[Double]] {
      shortest.values.indices.map { column in
        shortest.times.indices.map { row in reduce(members.map { $0.values[column][row] }) }
      }
    }
    let mean = TrajectoryTable.Series(
      sweepValues: group.values.map(\.text), solver: group.solver.text, times: shortest.times,
      values: combine { $0.reduce(0, +) / Double($0.count) })
    return Averaged(
      series: mean, keys: keys,
      band: (combine { $0.min() ?? .nan }, combine { $0.max() ?? .nan }))
  }
}
