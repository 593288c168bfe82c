/// eta(t) = value/sqrt(1 + t/timescale).
public struct InverseSqrtSchedule: WarmableSchedule {
  static let kind = Kind<any WarmableSchedule>(
    "inverse_sqrt", "eta(t) = value/sqrt(1 + t/timescale)",
    parameters: [.rate(), .duration("timescale", "time until the rate has fallen by sqrt 2")]
  ) { fields throws(Fault) in
    InverseSqrtSchedule(
      value: try fields.number("value"), timescale: try fields.number("timescale"))
  }

  let value: Double
  let timescale: Double

  /// A rate that falls like an inverse square root.
  public init(value: Double, timescale: Double) {
    self.value = value
    self.timescale = timescale
  }

  /// The rate.
  public func rate(at time: Double) -> Double { value / (1 + time / timescale).squareRoot() }

  /// -eta(t)/(2 (timescale + t)).
  public func slope(at time: Double) -> Double { -rate(at: time) / (2 * (timescale + time)) }

  /// sqrt(1 + t/timescale) - 1 without cancellation.
  private func growth(_ time: Double) -> Double {
    let y = time / timescale
    return y / ((1 + y).squareRoot() + 1)
  }

  /// 2 value timescale (sqrt(1 + t/timescale) - 1).
  public func integral(to time: Double) -> Double { 2 * value * timescale * growth(time) }

  /// value timescale^2 (2 w^3/3 + 2 w^2) with w = sqrt(1 + t/timescale) - 1.
  public func firstMoment(to time: Double) -> Double {
    let w = growth(time)
    return value * timescale * timescale * 2 * w * w * (w / 3 + 1)
  }

  /// None.
  public func breakpoints(before end: Double) -> [Double] { [] }
}
