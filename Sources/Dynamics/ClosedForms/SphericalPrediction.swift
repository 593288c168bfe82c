import RealModule

extension SphericalBasis {
  /// Every feature turns to its target, at its own rate; the slowest sets the rate of the whole:
  /// |h - r vhat| falls like tan(theta/2), that is like e^(-zeta |v|/(n r^2)).
  func prediction() -> LimitPrediction {
    let rescales = problem.rescalesLearningRate
    let rates = labels.indices.filter { moves($0) }.map { sample in
      speeds[labels[sample]] / (rescales ? radii[sample] : radii[sample] * radii[sample])
    }
    return LimitPrediction(
      direction: LimitDirection(.spherical(self, radii: radii)), alignedDirection: nil,
      approach: rates.min().map { .exponential(rate: $0) } ?? .immediate, clock: .features,
      growthExponent: 0)
  }

  /// The same for gradient descent, whose norms grow: the recurrence is followed to its end, which
  /// gives the radii of the limit. With a constant rate the last steps multiply the angle by
  /// 1 - e |v|/(n r^2). O(steps * n).
  func prediction(descentStep step: Double, until end: Double) -> LimitPrediction {
    var descent = SphericalDescent(basis: self, step: step)
    let points = descent.settledPoints(after: end)
    let radii = points.map(\.radius)
    let size = (problem.rates.constantRates?.features).map { step * $0 }
    let rates = labels.indices.filter { moves($0) }.map { sample in
      let radius = radii[sample]
      let rate =
        speeds[labels[sample]] / (problem.rescalesLearningRate ? radius : radius * radius)
      return size.map { -Double.log(onePlus: -min($0 * rate, 1)) / $0 } ?? rate
    }
    return LimitPrediction(
      direction: LimitDirection(.spherical(self, radii: radii)), alignedDirection: nil,
      approach: rates.min().map { .exponential(rate: $0) } ?? .immediate, clock: .features,
      growthExponent: 0)
  }
}
