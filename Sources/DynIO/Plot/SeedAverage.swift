/// A series, or the mean of several that differ in the seed only.
struct Averaged {
  var series: TrajectoryTable.Series
  /// The swept keys that `series.sweepValues` belong to.
  var keys: [String]
  var band: (lower: [[Double]], upper: [[Double]])?
}

extension Figure {
  private static let seedKey = "initial_state.seed"

  /// One series each, or where the seed was swept the mean over the seeds with its band.
  static func averagingSeeds(_ table: TrajectoryTable) -> [Averaged] {
    guard let position = table.sweepKeys.firstIndex(of: seedKey) else {
      return table.series.map { Averaged(series: $0, keys: table.sweepKeys) }
    }
    var keys = table.sweepKeys
    keys.remove(at: position)
    var groups: [(values: [String], solver: String, members: [TrajectoryTable.Series])] = []
    for series in table.series {
      var values = series.sweepValues
      values.remove(at: position)
      let index = groups.firstIndex { $0.values == values && $0.solver == series.solver }
      if let index {
        groups[index].members.append(series)
      } else {
        groups.append((values, series.solver, [series]))
      }
    }
    return groups.map { average($0.members, values: $0.values, keys: keys) }
  }

  private static func average(
    _ members: [TrajectoryTable.Series], values: [String], keys: [String]
  ) -> Averaged {
    let count = members.map(\.times.count).min() ?? 0
    func combine(_ reduce: ([Double]) -> Double) -> [[Double]] {
      members[0].values.indices.map { column in
        (0..<count).map { row in reduce(members.map { $0.values[column][row] }) }
      }
    }
    let mean = TrajectoryTable.Series(
      sweepValues: values, solver: members[0].solver, times: Array(members[0].times[..<count]),
      values: combine { $0.reduce(0, +) / Double($0.count) })
    return Averaged(
      series: mean, keys: keys,
      band: (combine { $0.min() ?? .nan }, combine { $0.max() ?? .nan }))
  }
}
