import DynNumerics

/// Free features that enter as they are, one matrix of prototypes that move, and squared error: from a
/// balanced start, H_0 H_0' = W_0 W_0', the flow is a matrix Riccati equation (<doc:SquaredErrorFlow>).
struct BalancedRegressionFamily: ModelFamily {
  func includes(_ model: Model) -> Bool { model.isBilinear && model.loss.isSquaredError }

  var solvesUpToRotation: Bool { true }

  func flow(of problem: Problem, threads: Int) -> any Flow { LogitFlow(problem, threads: threads) }

  func solution(
    of problem: Problem, threads: Int
  ) throws(NumericsError) -> (any ExactSolution)? {
    guard exactRefusal(of: problem) == nil else { return nil }
    return BalancedRegressionSolution(basis: try BalancedRegressionBasis(problem))
  }

  /// The first condition that a problem does not meet.
  func exactRefusal(of problem: Problem) -> String? {
    conditionRefusal(problem).map {
      "squared error with prototypes that move has a closed form \($0)"
    }
  }

  private func conditionRefusal(_ problem: Problem) -> String? {
    let decay = problem.decay
    guard problem.start.bias == nil else { return "without a bias only: set model.bias to false" }
    if let weight = problem.labels.groupWeights.first(where: { $0 != 1 }) {
      return "with class weights of 1 only, and one is \(weight): set model.class_weights to "
        + "\"uniform\""
    }
    guard decay.features == decay.prototypes else {
      return "at equal decays of features and prototypes only, which are \(decay.features) and "
        + "\(decay.prototypes): give one number as model.weight_decay"
    }
    guard let ratio = problem.rates.ratio else {
      return "at equal learning rates only, and the features have a schedule of their own: leave "
        + "learning_rate.features out"
    }
    guard ratio == 1 else {
      return "at equal learning rates only, and that of the features is \(ratio) times the other: "
        + "set learning_rate.features.ratio to 1"
    }
    let imbalance = problem.start.imbalance
    guard imbalance <= State.largestImbalance else {
      return "from balanced starts only, and |H H' - W W'| is \(imbalance) |(H, W)|^2 or more, not "
        + "at most \(State.largestImbalance): set initial_state to {\"kind\": \"balanced\"}"
    }
    return nil
  }
}

/// The solution, up to a rotation of the feature space at every time.
struct BalancedRegressionSolution: ExactSolution {
  let basis: BalancedRegressionBasis

  func flow(until end: Double) -> any Evaluator { BalancedRegressionClosedForm(basis: basis) }

  /// Steps of descent do not conserve balance.
  func descent(step: Double, momentum: Momentum) -> (any Evaluator)? { nil }

  var prediction: LimitPrediction {
    .unknown(
      "the flow of squared error is known up to a rotation of the feature space",
      geometry: basis.problem.deferredGeometry)
  }

  func descentPrediction(step: Double, until end: Double) -> LimitPrediction { prediction }

  /// Of the start, or of the limit without decay, whose Hessian has the largest eigenvalue 2 sigma_1.
  func fastestRate(_ rates: RatePair) -> Double {
    let size = basis.problem.initialState.norms.withoutBias
    let curvature = size * (size / Double(basis.problem.sampleCount))
    return rates.prototypes * (basis.decay + max(curvature, 2 * basis.largestValue))
  }
}
