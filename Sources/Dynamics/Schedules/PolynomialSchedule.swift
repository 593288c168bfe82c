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

  /// final t + (value - final) period (1 - (1 - x)^(power + 1))/(power + 1), x = t/period.
  public func integral(to time: Double) -> Double {
    final * time + (value - final) * period * Self.powerIntegral(min(time / period, 1), power + 1)
  }

  /// final t^2/2 + (value - final) period^2 times the integral of u (1 - u)^power over [0, x].
  public func firstMoment(to time: Double) -> Double {
    let x = min(time / period, 1)
    return final * time * time / 2 + (value - final) * period * period * powerMoment(x)
  }

  /// (1 - (1 - x)^q)/q, the integral of (1 - u)^(q - 1) over [0, x].
  private static func powerIntegral(_ x: Double, _ q: Double) -> Double {
    -Double.expMinusOne(q * Double.log(onePlus: -x)) / q
  }

  private func powerMoment(_ x: Double) -> Double {
    guard x < 0.25 else {
      return Self.powerIntegral(x, power + 1) - Self.powerIntegral(x, power + 2)
    }
    // The difference cancels for small x: there, the binomial series of (1 - u)^power.
    var coefficient = 1.0
    var sum = 0.5
    var k = 0.0
    while k < 400, abs(coefficient) > 1e-20 * abs(sum) {
      k += 1
      coefficient *= -x * (power - k + 1) / k
      sum += coefficient / (k + 2)
    }
    return x * x * sum
  }

  /// The period: the rate bends or jumps there.
  public func breakpoints(before end: Double) -> [Double] { period < end ? [period] : [] }
}
