import DynNumerics
import RealModule

extension SphericalBasis {
  /// Every feature turns to its target, at its own rate; the slowest sets the rate of the whole:
  /// |h - r vhat| falls like tan(theta/2), that is like e^(-zeta |v|/(n r^2)).
  func prediction() -> LimitPrediction {
    prediction(radii: radii, halfTangents: halfTangents) { $0 }
  }

  /// The same for gradient descent, whose norms grow: the recurrence is followed to its end, which
  /// gives the radii of the limit. With a constant rate the last steps multiply the angle by
  /// 1 - e |v|/(n r^2). O(steps * n).
  func prediction(descentStep step: Double, until end: Double) -> LimitPrediction {
    var descent = SphericalDescent(basis: self, step: step)
    let radii = descent.settledPoints(after: end).map(\.radius)
    guard let size = (problem.rates.constantRates?.features).map({ step * $0 }), size > 0 else {
      return prediction(radii: radii, halfTangents: halfTangents) { $0 }
    }
    return prediction(radii: radii, halfTangents: halfTangents) { rate in
      -Double.log(onePlus: -min(size * rate, 1)) / size
    }
  }

  /// Samples with the rates that hold at given radii, changed by `discretize`.
  private func prediction(
    radii: [Double], halfTangents: [Double], _ discretize: (Double) -> Double
  ) -> LimitPrediction {
    let components = labels.indices.filter { moves($0) }.map { sample in
      let speed = speeds[labels[sample]]
      let radius = radii[sample]
      let rate = speed / radius / (rescalesLearningRate ? 1 : radius)
      return GrowthComponent(
        exponent: -discretize(rate), amplitude: radius * halfTangents[sample], part: ())
    }
    let still = GrowthComponent(
      exponent: 0.0, amplitude: radii.norm + problem.start.prototypes.elements.norm,
      part: ())
    let leading = (components + [still]).leadingGrowth(stateNorm: still.amplitude)
    return LimitPrediction(
      direction: LimitDirection(.spherical(self, radii: radii)), alignedDirection: nil,
      projection: nil,
      approach: leading?.approach ?? .immediate, clock: .features, growthExponent: 0,
      settledFrom: leading?.settledFrom)
  }
}
