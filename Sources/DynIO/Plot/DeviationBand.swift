import Dynamics

/// Bands of one standard deviation around means, where a table has columns of both.
extension Figure {
  /// For the column of every observable that has them, the column of its standard deviations.
  static func deviations(in table: TrajectoryTable) -> [Int: Int] {
    var columns: [Int: Int] = [:]
    for (column, name) in table.observables.enumerated() {
      let deviation = table.observables.firstIndex(of: Observable.deviationName(of: name))
      guard let deviation, table.series.contains(where: { $0.values[deviation].hasNumber })
      else { continue }
      columns[column] = deviation
    }
    return columns
  }

  /// The series, with a band of one standard deviation in the place of that of seeds.
  static func addingDeviations(_ series: [Averaged], _ deviations: [Int: Int]) -> [Averaged] {
    series.map { item in
      let own = deviations.filter { item.series.values[$0.value].hasNumber }
      guard !own.isEmpty else { return item }
      var item = item
      let values = item.series.values
      let none = values.map { $0.map { _ in Double.nan } }
      var band = item.band ?? (none, none)
      for (column, deviation) in own {
        band.lower[column] = zip(values[column], values[deviation]).map { $0 - $1 }
        band.upper[column] = zip(values[column], values[deviation]).map { $0 + $1 }
      }
      item.band = band
      item.isExpectation = true
      return item
    }
  }
}

extension [Double] {
  /// Whether any entry is a number.
  var hasNumber: Bool { contains { !$0.isNaN } }
}
