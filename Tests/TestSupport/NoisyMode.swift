import RealModule

/// Gradient descent with an unnormalised ascent on one quadratic mode with gradient noise of standard
/// deviation s, from the saddle itself:
///
///     x <- q x - eta (1 + rho lambda) xi,  q = 1 - eta lambda (1 + rho lambda)
///
/// The ascent amplifies the noise by (1 + rho lambda)^2, which exceeds 1 once rho > 2/mu where lambda
/// = -mu; but then it also turns the drift back to the saddle, and only a step that overshoots
/// leaves sooner than plain descent: rho > 2/mu + 2/(eta mu^2).
public struct NoisyMode: Sendable, Equatable {
  /// lambda.
  public let curvature: Double
  /// eta.
  public let step: Double
  /// rho.
  public let rho: Double
  /// s.
  public let noise: Double

  /// A mode.
  public init(curvature: Double, step: Double, rho: Double, noise: Double) {
    self.curvature = curvature
    self.step = step
    self.rho = rho
    self.noise = noise
  }

  private var ascent: Double { 1 + rho * curvature }
  /// (1 + rho lambda)^2.
  public var amplification: Double { ascent * ascent }
  /// q.
  public var multiplier: Double { 1 - step * curvature * ascent }

  /// q^2 - 1, without cancellation.
  private var growth: Double {
    let change = -step * curvature * ascent
    return change * (2 + change)
  }

  /// The limit of E x^2; nil where it grows without bound.
  public var stationarySecondMoment: Double? {
    growth < 0 ? -step * step * amplification * noise * noise / growth : nil
  }

  /// The first step at which E x^2 reaches a size; nil for never. From E x^2 = k (q^(2 t) - 1) with
  /// k the noise of a step over q^2 - 1.
  public func escapeStep(to size: Double = 1) -> Int? {
    let injected = step * step * amplification * noise * noise
    guard injected > 0 else { return nil }
    if let limit = stationarySecondMoment, limit <= size { return nil }
    let steps =
      growth == 0
      ? size / injected
      : Double.log(onePlus: size * growth / injected) / Double.log(onePlus: growth)
    // More steps than can be counted are never taken.
    return Int(exactly: steps.rounded(.up))
  }

  /// The rho above which a mode of negative curvature is left sooner than by plain descent.
  public var decisiveRho: Double {
    let mu = -curvature
    return 2 / mu + 2 / (step * mu * mu)
  }
}
