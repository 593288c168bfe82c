/// A learning rate as a function of time, eta(t), for t >= 0.
///
/// Rates are right-continuous: at a jump the new rate already holds.
public protocol Schedule: Sendable {
  /// eta(t).
  func rate(at time: Double) -> Double
  /// d eta/dt, from the right; the implicit integrators need it.
  func slope(at time: Double) -> Double
  /// The exact integral zeta(t) of eta over [0, t].
  func integral(to time: Double) -> Double
  /// The times in (0, end) where the rate jumps or bends, in increasing order.
  func breakpoints(before end: Double) -> [Double]
}

/// A schedule that a warm-up can stand in front of.
public protocol WarmableSchedule: Schedule {
  /// The exact integral of s eta(s) over [0, t].
  func firstMoment(to time: Double) -> Double
}

/// The schedules that scenarios can name.
public enum Schedules {
  /// Every kind; a new one needs its file and a line here.
  public static let kinds: [Kind<any Schedule>] =
    warmableKinds.map { kind in kind.map { $0 } } + [WarmupSchedule.kind]

  /// The kinds that a warm-up can lead to.
  static let warmableKinds: [Kind<any WarmableSchedule>] = [
    ConstantSchedule.kind, StepSchedule.kind, MultistepSchedule.kind, ExponentialSchedule.kind,
    CosineSchedule.kind, CosineRestartsSchedule.kind, PolynomialSchedule.kind,
    InverseSqrtSchedule.kind, PiecewiseLinearSchedule.kind,
  ]

  /// More breakpoints than this are refused: an integrator would stop at each.
  public static let breakpointLimit = 1_000_000
}

extension Parameter {
  /// The rate that most schedules start from.
  static func rate(_ key: String = "value", _ summary: String = "the rate at time 0") -> Parameter {
    .required(key, .number(.nonNegative), summary)
  }

  /// A length of time.
  static func duration(_ key: String, _ summary: String) -> Parameter {
    .required(key, .number(.positive), summary)
  }
}
