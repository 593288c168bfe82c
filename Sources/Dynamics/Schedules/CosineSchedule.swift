import RealModule

/// eta(t) = final + (value - final)(1 + cos(pi t/period))/2 up to the period, final afterwards.
public struct CosineSchedule: WarmableSchedule {
  static let kind = Kind<any WarmableSchedule>(
    "cosine",
    "eta(t) = final + (value - final)(1 + cos(pi t/period))/2, and it stays at final afterwards",
    parameters: [
      .rate(), .rate("final", "the rate from the period on"),
      .duration("period", "time from value to final"),
    ]
  ) { fields throws(Fault) in
    CosineSchedule(
      value: try fields.number("value"), final: try fields.number("final"),
      period: try fields.number("period"))
  }

  let value: Double
  let final: Double
  let period: Double

  /// A rate that falls along half a cosine.
  public init(value: Double, final: Double, period: Double) {
    self.value = value
    self.final = final
    self.period = period
  }

  private var frequency: Double { .pi / period }

  /// The rate; (1 + cos x)/2 is evaluated as cos(x/2)^2, which does not cancel near the period.
  public func rate(at time: Double) -> Double {
    guard time < period else { return final }
    let half = Double.cos(frequency * time / 2)
    return final + (value - final) * half * half
  }

  /// -(value - final)/2 frequency sin(frequency t).
  public func slope(at time: Double) -> Double {
    guard time < period else { return 0 }
    return -(value - final) / 2 * frequency * Double.sin(frequency * time)
  }

  /// value (t + sin(f t)/f)/2 + final (t - sin(f t)/f)/2 within the period, f the frequency.
  public func integral(to time: Double) -> Double {
    let inside = min(time, period)
    let sine = time < period ? Double.sin(frequency * time) / frequency : 0
    let rest = Self.arcLessSine(frequency * inside) / frequency
    return value / 2 * (inside + sine) + final / 2 * rest + final * (time - inside)
  }

  /// x - sin x, by its series where that cancels.
  private static func arcLessSine(_ x: Double) -> Double {
    guard x < 0.5 else { return x - Double.sin(x) }
    var term = x * x * x / 6
    var sum = term
    for k in 2...9 {
      term *= -x * x / Double(2 * k * (2 * k + 1))
      sum += term
    }
    return sum
  }

  /// final t^2/2 + (value - final)/2 (t^2/2 + t sin(f t)/f - 2 sin(f t/2)^2/f^2) in the period.
  public func firstMoment(to time: Double) -> Double {
    let inside = min(time, period)
    let half = Double.sin(frequency * inside / 2) / frequency
    let sine = time < period ? Double.sin(frequency * inside) / frequency : 0
    return final * time * time / 2
      + (value - final) / 2 * (inside * inside / 2 + inside * sine - 2 * half * half)
  }

  /// The period: the rate bends there.
  public func breakpoints(before end: Double) -> [Double] { period < end ? [period] : [] }
}
