import Dynamics

extension ScheduleCase {
  static let inverseRoots: [ScheduleCase] = [0.1, 1, 300].map { (timescale: Double) in
    ScheduleCase(
      kind: "inverse_sqrt", parameters: numbers(["value": 0.3, "timescale": timescale])
    ) { 0.3 / (1 + $0 / timescale).squareRoot() }
  }

  private static let polygons: [[(Double, Double)]] = [
    [(0, 0), (2, 0.3), (5, 0.3), (8, 0.1)], [(3, 0.2)], [(1, 0.5), (20, 0.1)],
    [(0, 0.2), (0.5, 0), (0.75, 1)],
  ]

  static let piecewise: [ScheduleCase] = polygons.map { points in
    ScheduleCase(
      kind: "piecewise_linear",
      parameters: [
        ("points", .list(points.map { .list([.number($0.0), .number($0.1)]) }))
      ],
      formula: { interpolated(points, $0) },
      breakpoints: points.map(\.0).filter { $0 > 0 && $0 < 10 })
  }

  private static func interpolated(_ points: [(Double, Double)], _ time: Double) -> Double {
    guard let after = points.first(where: { $0.0 > time }) else { return points.last?.1 ?? .nan }
    guard let before = points.last(where: { $0.0 <= time }) else { return points[0].1 }
    return before.1 + (after.1 - before.1) * (time - before.0) / (after.0 - before.0)
  }

  /// A warm-up in front of every plain case: one that ends before `end` and one that does not.
  static let warmups: [ScheduleCase] = plain.flatMap { plain in
    [plain.warmed(for: 2.5), plain.warmed(for: 40)]
  }

  private func warmed(for duration: Double) -> ScheduleCase {
    let then = formula
    let kink = duration < end ? [duration] : []
    return ScheduleCase(
      kind: "warmup", parameters: [("duration", .number(duration)), ("then", value)],
      formula: { time in then(time) * min(1, time / duration) },
      breakpoints: Set(breakpoints + kink).sorted())
  }
}
