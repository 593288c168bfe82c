/// The straight lines through given points (time, rate); constant before the first and after the
/// last.
public struct PiecewiseLinearSchedule: WarmableSchedule {
  static let kind = Kind<any WarmableSchedule>(
    "piecewise_linear", "straight lines through points [time, rate], constant outside",
    parameters: [
      .required(
        "points",
        .list(of: .list(of: .number(.nonNegative), minimumCount: 2), minimumCount: 1),
        "pairs [time, rate] with increasing times")
    ]
  ) { fields throws(Fault) in
    var points: [(time: Double, rate: Double)] = []
    for (index, value) in fields.list("points").enumerated() {
      guard let pair = value.numbers, pair.count == 2 else {
        throw Fault("points[\(index)]", "\(value.brief) is not allowed: give [time, rate]")
      }
      if let last = points.last, pair[0] <= last.time {
        throw Fault(
          "points[\(index)]",
          "time \(Value.text(pair[0])) does not come after \(Value.text(last.time)): "
            + "give the points in increasing order of time")
      }
      points.append((pair[0], pair[1]))
    }
    return PiecewiseLinearSchedule(points: points)
  }

  let points: [(time: Double, rate: Double)]

  /// Straight lines through points with increasing times.
  public init(points: [(time: Double, rate: Double)]) {
    self.points = points
  }

  /// The rate on the line that the time lies on.
  public func rate(at time: Double) -> Double {
    guard let right = points.firstIndex(where: { $0.time > time }) else {
      return points.last?.rate ?? 0
    }
    guard right > 0 else { return points[0].rate }
    return Self.line(points[right - 1], points[right], at: time)
  }

  /// The slope of the line that the time lies on.
  public func slope(at time: Double) -> Double {
    guard let right = points.firstIndex(where: { $0.time > time }), right > 0 else { return 0 }
    let (a, b) = (points[right - 1], points[right])
    return (b.rate - a.rate) / (b.time - a.time)
  }

  private static func line(
    _ a: (time: Double, rate: Double), _ b: (time: Double, rate: Double), at time: Double
  ) -> Double {
    let share = (time - a.time) / (b.time - a.time)
    return a.rate * (1 - share) + b.rate * share
  }

  /// The sum of trapezoids. O(points).
  public func integral(to time: Double) -> Double {
    sumOverPieces(to: time) { start, end, first, last in (end - start) * (first + last) / 2 }
  }

  /// The sum of the trapezoids' moments. O(points).
  public func firstMoment(to time: Double) -> Double {
    sumOverPieces(to: time) { start, end, first, last in
      (end - start) * (first * (2 * start + end) + last * (start + 2 * end)) / 6
    }
  }

  private func sumOverPieces(
    to time: Double,
    _ measure: (_ start: Double, _ end: Double, _ first: Double, _ last: Double) -> Double
  ) -> Double {
    var sum = 0.0
    var start = (time: 0.0, rate: rate(at: 0))
    for point in points where point.time > 0 && point.time < time {
      sum += measure(start.time, point.time, start.rate, point.rate)
      start = point
    }
    return sum + measure(start.time, time, start.rate, rate(at: time))
  }

  /// The times of the points.
  public func breakpoints(before end: Double) -> [Double] {
    points.map(\.time).filter { $0 > 0 && $0 < end }
  }
}
