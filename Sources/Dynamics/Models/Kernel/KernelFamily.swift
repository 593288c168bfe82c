import DynNumerics

/// Features that move through a constant neural tangent kernel.
struct KernelFamily: ModelFamily {
  func includes(_ model: Model) -> Bool {
    model.features.kernel != nil && !model.entry.normalizes && model.prototypes.move
      && model.prototypes.areOneMatrix
  }

  func hasExactFlow(_ model: Model) -> Bool { model.loss.isLinear }

  func flow(of problem: Problem, threads: Int) -> any Flow { KernelFlow(problem) }

  func solution(
    of problem: Problem, threads: Int
  ) throws(NumericsError) -> (any ExactSolution)? {
    guard hasExactFlow(problem.model) else { return nil }
    let rows = ClassRows(sizes: problem.labels.partition.sizes)
    let (scaled, logUnit) = problem.inRangeOfSquares(rows, threads: threads)
    return KernelSolution(basis: try KernelBasis(scaled, logUnit: logUnit))
  }

  func descentRefusal(of problem: Problem, _ momentum: Momentum) -> String? {
    guard hasExactFlow(problem.model) else { return problem.model.exactDescentRefusal }
    if let refusal = momentum.linearRefusal { return refusal }
    return problem.kernel.isDense
      ? "exact gradient descent is not available for a dense kernel: use \"form\": \"iterated\""
      : nil
  }
}

/// The solution in the kernel's modes.
struct KernelSolution: ExactSolution {
  let basis: KernelBasis
  let prediction: LimitPrediction

  init(basis: KernelBasis) {
    self.basis = basis
    prediction = basis.prediction()
  }

  /// The closed form, or where the learning rates are not proportional the integrated modes.
  func flow(until end: Double) throws(NumericsError) -> any Evaluator {
    guard let ratio = basis.problem.rates.ratio else {
      return try KernelIntegration(basis: basis, until: end)
    }
    return KernelClosedForm(basis: basis, ratio: ratio)
  }

  func descent(step: Double, momentum: Momentum) -> (any Evaluator)? {
    momentum.factor > 0 || basis.kernel.isDense ? nil : KernelDescent(basis: basis, step: step)
  }

  func descentPrediction(step: Double, until end: Double) -> LimitPrediction {
    let rate = basis.problem.rates.constantRates?.prototypes
    return basis.prediction(stepSize: rate.map { step * $0 })
  }

  var isLinear: Bool { true }

  func fastestRate(_ rates: RatePair) -> Double { basis.problem.fastestLinearRate(rates) }
}
