import DynNumerics

/// Free features that enter the logits of one matrix of prototypes as they are, with the unhinged
/// loss: the flow is linear, and rows of (H, W) are uncoupled.
struct LinearFamily: ModelFamily {
  func includes(_ model: Model) -> Bool {
    model.features.areFree && !model.entry.normalizes && model.prototypes.areOneMatrix
      && model.loss.isLinear
  }

  func hasExactFlow(_ model: Model) -> Bool { true }

  var reducesToClassMeans: Bool { true }

  var blockKind: BlockLayout.Kind? { .row }

  func flow(of problem: Problem, threads: Int) -> any Flow { LayerPeeledFlow(problem) }

  func solution(
    of problem: Problem, threads: Int
  ) throws(NumericsError) -> (any ExactSolution)? {
    let rows = ClassRows(sizes: problem.labels.partition.sizes)
    let (scaled, logUnit) = problem.inRangeOfSquares(rows, threads: threads)
    return ModalSolution(basis: ModalBasis(scaled, logUnit: logUnit, threads: threads))
  }

  func descentRefusal(of problem: Problem, _ momentum: Momentum) -> String? { nil }
}

/// The solution in modes.
struct ModalSolution: ExactSolution {
  let basis: ModalBasis
  let prediction: LimitPrediction

  init(basis: ModalBasis) {
    self.basis = basis
    prediction = basis.prediction()
  }

  /// The closed form, or where the learning rates are not proportional the integrated 2 x 2 systems.
  func flow(until end: Double) throws(NumericsError) -> any Evaluator {
    if basis.problem.hasClosedForm {
      return ModalEvaluator(basis: basis, propagation: ClosedFormPropagation(basis: basis))
    }
    let propagation = try IntegratedPropagation(basis: basis, until: end)
    return ModalEvaluator(basis: basis, propagation: propagation)
  }

  func descent(step: Double, momentum: Momentum) -> (any Evaluator)? {
    if momentum.factor > 0 {
      let descent = MomentumDescent(basis: basis, step: step, momentum: momentum)
      return ModalEvaluator(basis: basis, propagation: descent)
    }
    return basis.orientations.isEmpty
      ? ModalEvaluator(basis: basis, propagation: MatrixDescent(basis: basis, step: step))
      : ModalEvaluator(basis: basis, propagation: EigenmodeDescent(basis: basis, step: step))
  }

  func descentPrediction(step: Double, until end: Double) -> LimitPrediction {
    let rates = basis.problem.rates.constantRates
    let rate = basis.problem.movesPrototypes ? rates?.prototypes : rates?.features
    return basis.prediction(stepSize: rate.map { step * $0 })
  }

  var isLinear: Bool { true }

  func fastestRate(_ rates: RatePair) -> Double { basis.problem.fastestLinearRate(rates) }
}

extension Problem {
  /// A bound on the rates of a flow that is linear in (H, W).
  func fastestLinearRate(_ rates: RatePair) -> Double {
    let coupling = labels.modes.largestValue
    let features = rates.features * (decay.features + coupling)
    let prototypes = rates.prototypes * (max(decay.prototypes, decay.bias) + coupling)
    return max(features, prototypes)
  }
}
