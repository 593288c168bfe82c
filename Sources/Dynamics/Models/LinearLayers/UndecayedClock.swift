import RealModule

/// The time in which N factors with equal decay move as without it.
///
/// Of x_i' = s prod_{k != i} x_k - lambda x_i the functions y_i = e^(lambda zeta) x_i follow
/// dy_i/dtau = s prod_{k != i} y_k with tau = (1 - e^(-(N-2) lambda zeta))/((N-2) lambda), which ends
/// at tau = 1/((N-2) lambda).
struct UndecayedClock {
  /// tau.
  let elapsed: Double
  /// Where tau ends; infinite without decay.
  private let limit: Double
  /// What is left of tau until there.
  private let rest: Double

  /// The reading at zeta.
  ///
  /// - Parameter decay: (N-2) lambda.
  init(zeta: Double, decay: Double) {
    limit = Self.limit(decay: decay)
    guard limit.isFinite else {
      (elapsed, rest) = (zeta, .infinity)
      return
    }
    elapsed = -limit * Double.expMinusOne(-zeta / limit)
    rest = limit * Double.exp(-zeta / limit)
  }

  /// 1/((N-2) lambda).
  static func limit(decay: Double) -> Double { 1 / decay }

  /// A later reading less this one, without cancellation where both are near the limit.
  func left(until end: Double) -> Double {
    rest < elapsed ? (end - limit) + rest : end - elapsed
  }

  /// zeta at a reading; infinite where tau ends before.
  static func zeta(at reading: Double, decay: Double) -> Double {
    let limit = limit(decay: decay)
    guard limit.isFinite else { return reading }
    return reading < limit ? -limit * Double.log(onePlus: -reading / limit) : .infinity
  }
}
