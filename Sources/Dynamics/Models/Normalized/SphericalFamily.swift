import DynNumerics

/// Normalised free features and fixed prototypes with the unhinged loss: every sample moves towards
/// its class's direction on a sphere of its own.
struct SphericalFamily: ModelFamily {
  func includes(_ model: Model) -> Bool {
    model.features.areFree && model.entry.normalizes && !model.prototypes.move
      && model.loss.isLinear
  }

  func hasExactFlow(_ model: Model) -> Bool { true }

  var blockKind: BlockLayout.Kind? { .sample }

  func flow(of problem: Problem, threads: Int) -> any Flow { SphericalFlow(problem) }

  func solution(
    of problem: Problem, threads: Int
  ) throws(NumericsError) -> (any ExactSolution)? {
    SphericalSolution(basis: SphericalBasis(problem))
  }

  func descentRefusal(of problem: Problem, _ momentum: Momentum) -> String? {
    momentum.linearRefusal
  }
}

/// The solution in every sample's plane.
struct SphericalSolution: ExactSolution {
  let basis: SphericalBasis
  let prediction: LimitPrediction

  init(basis: SphericalBasis) {
    self.basis = basis
    prediction = basis.prediction()
  }

  func flow(until end: Double) -> any Evaluator { SphericalClosedForm(basis: basis) }

  func descent(step: Double, momentum: Momentum) -> (any Evaluator)? {
    momentum.factor > 0 ? nil : SphericalDescent(basis: basis, step: step)
  }

  func descentPrediction(step: Double, until end: Double) -> LimitPrediction {
    basis.prediction(descentStep: step, until: end)
  }

  func fastestRate(_ rates: RatePair) -> Double { basis.largestStepRatio(size: rates.features) }

  func sensitivity(until end: Double) -> Double { sensitivity }

  /// Near the pole opposite to its target a feature's angle grows by half of tan(theta/2), which is
  /// 1/|u + vhat|, before it falls.
  private var sensitivity: Double {
    basis.halfTangents.indices.filter(basis.moves).map { basis.halfTangents[$0] }.reduce(1, max)
  }

  /// Beyond that the tightest tolerances leave nothing to compare.
  private static let largestSensitivity = 1e6
  /// Times within which a feature turns that leave room for steps much shorter and longer.
  private static let turningTimesInRange = 1e-290...1e290

  /// Near the far pole rounding decides, and without the rescaled learning rate a feature turns
  /// within |h|^2.
  var comparisonRefusal: String? {
    guard sensitivity <= Self.largestSensitivity else {
      return "a feature looks away from its target up to \(2 / sensitivity): rounding decides when "
        + "it turns"
    }
    guard !basis.rescalesLearningRate,
      let norm = basis.radii.first(where: { !Self.turningTimesInRange.contains($0 * $0) })
    else { return nil }
    return "a feature of norm \(norm) turns within a time, its square, that double precision "
      + "cannot hold: scale the features nearer to 1"
  }
}

extension Momentum {
  /// Why descent with this inertia has no exact form outside of the linear cases; nil without
  /// inertia.
  var linearRefusal: String? {
    guard factor > 0 else { return nil }
    return "exact descent with momentum exists for the linear cases only: "
      + "use \"form\": \"iterated\""
  }
}
