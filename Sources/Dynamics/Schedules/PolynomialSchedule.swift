import RealModule

/// eta(t) = final + (value - final)(1 - t/period)^power up to the period, final afterwards.
public struct PolynomialSchedule: WarmableSchedule {
  static let kind = Kind<any WarmableSchedule>(
    "polynomial", "eta(t) = final + (value - final)(1 - t/period)^power, final afterwards",
    parameters: [
      .rate(), .rate("final", "the rate from the period on"),
      .duration("period", "time from value to final"),
      .required("power", .number(.nonNegative), "exponent of the decrease"),
    ]
  ) { fields throws(Fault) in
    PolynomialSchedule(
      value: try fields.number("value"), final: try fields.number("final"),
      period: try fields.number("period"), power: try fields.number("power"))
  }

  let value: Double
  let final: Double
  let period: Double
  let power: Double

  /// A rate that falls along a power.
  public init(value: Double, final: Double, period: Double, power: Double) {
    self.value = value
    self.final = final
    self.period = period
    self.power = power
  }

  /// The rate.
  public func rate(at time: Double) -> Double {
    guard time < period else { return final }
    return final + (value - final) * Double.pow(1 - time / period, power)
  }

  /// -(value - final) power/period (1 - t/period)^(power - 1).
  public func slope(at time: Double) -> Double {
    guard time < period, power > 0 else { return 0 }
    return -(value - final) * power / period * Double.pow(1 - time / period, power - 1)
  }

  /// value and final times the integrals of (1 - u)^power and of 1 less that over [0, x], x = t/period.
  public func integral(to time: Double) -> Double {
    let x = min(time / period, 1)
    let falling = Self.powerIntegral(x, power + 1)
    let rising = isSmall(x) ? -x * series(x, from: 1, plus: 1) : x - falling
    return period * (value * falling + final * rising) + final * (time - min(time, period))
  }

  /// final t^2/2 + (value - final) period^2 times the integral of u (1 - u)^power over [0, x].
  public func firstMoment(to time: Double) -> Double {
    let x = min(time / period, 1)
    let moment =
      isSmall(x)
      ? x * x * series(x, from: 0, plus: 2)
      : Self.powerIntegral(x, power + 1) - Self.powerIntegral(x, power + 2)
    return final * time * time / 2 + (value - final) * period * period * moment
  }

  /// (1 - (1 - x)^q)/q, the integral of (1 - u)^(q - 1) over [0, x].
  private static func powerIntegral(_ x: Double, _ q: Double) -> Double {
    -Double.expMinusOne(q * Double.log(onePlus: -x)) / q
  }

  /// Where differences of `powerIntegral` cancel and the binomial series does not.
  private func isSmall(_ x: Double) -> Bool { x < 0.25 && power * x < 1 }

  /// The sum over k >= first of binomial(power, k) (-x)^k/(k + offset).
  private func series(_ x: Double, from first: Int, plus offset: Double) -> Double {
    var coefficient = 1.0
    var sum = first == 0 ? 1 / offset : 0
    for k in 1...60 {
      coefficient *= -x * (power - Double(k) + 1) / Double(k)
      sum += coefficient / (Double(k) + offset)
      if abs(coefficient) <= 1e-20 * abs(sum) { break }
    }
    return sum
  }

  /// The period: the rate bends or jumps there.
  public func breakpoints(before end: Double) -> [Double] { period < end ? [period] : [] }
}
