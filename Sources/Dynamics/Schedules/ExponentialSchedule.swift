import RealModule

/// eta(t) = value e^(-rate t).
public struct ExponentialSchedule: WarmableSchedule {
  static let kind = Kind<any WarmableSchedule>(
    "exponential", "eta(t) = value e^(-rate t)",
    parameters: [
      .rate(), .required("rate", .number(.any), "decay per unit of time; negative grows"),
    ]
  ) { fields throws(Fault) in
    ExponentialSchedule(value: try fields.number("value"), decay: try fields.number("rate"))
  }

  let value: Double
  let decay: Double

  /// A rate that decays (or grows) exponentially.
  public init(value: Double, decay: Double) {
    self.value = value
    self.decay = decay
  }

  /// value e^(-rate t).
  public func rate(at time: Double) -> Double { value * Double.exp(-decay * time) }

  /// -rate eta(t).
  public func slope(at time: Double) -> Double { -decay * rate(at: time) }

  /// value (1 - e^(-rate t))/rate, by expm1.
  public func integral(to time: Double) -> Double {
    decay == 0 ? value * time : -value * Double.expMinusOne(-decay * time) / decay
  }

  /// value (1 - (1 + x) e^(-x))/rate^2 with x = rate t, by its series where that cancels.
  public func firstMoment(to time: Double) -> Double {
    let x = decay * time
    guard abs(x) < 1 else {
      return value * (-Double.expMinusOne(-x) - x * Double.exp(-x)) / (decay * decay)
    }
    // The sum over k >= 2 of (-1)^k (k - 1) x^(k-2)/k!, times t^2.
    var term = 0.5
    var sum = term
    for k in 3...24 {
      term *= -x / Double(k)
      sum += term * Double(k - 1)
    }
    return value * time * time * sum
  }

  /// None.
  public func breakpoints(before end: Double) -> [Double] { [] }
}
