public import DynNumerics

/// A problem with its analytic structure: what all solvers of one run share.
public struct PreparedProblem: Sendable {
  /// The exact reduction of each kind of case.
  enum Structure: Sendable {
    case modal(ModalBasis)
    case spherical(SphericalBasis)
    case kernel(KernelBasis)
    /// None: the loss is not linear in the logits.
    case numeric
  }

  /// The problem.
  public let problem: Problem
  /// Where the direction goes.
  public let prediction: LimitPrediction
  let structure: Structure
  /// How many threads the solvers may use; it does not change their results.
  public let threads: Int
  /// Whether the initial features are of use to others than the solver that moves them.
  var keepsStart = true
  /// Passes over the rows of features.
  let rows: ClassRows

  /// Takes the initial state apart.
  ///
  /// - Parameters:
  ///   - problem: the problem.
  ///   - threads: how many threads the solvers may use.
  /// - Throws: `NumericsError` when a decomposition fails.
  public init(
    _ problem: Problem, threads: Int = Concurrency.processorCount
  ) throws(NumericsError) {
    self.problem = problem
    self.threads = max(1, threads)
    rows = ClassRows(sizes: problem.labels.partition.sizes)
    guard problem.hasExactFlow else {
      structure = .numeric
      prediction = .unknown(
        "the flow has no exact solution", geometry: DeferredGeometry(problem.predictedGeometry))
      return
    }
    switch problem.modelCase {
    case .unconstrained, .regularized, .anchored:
      let (scaled, logUnit) = problem.inRangeOfSquares(rows, threads: self.threads)
      let basis = ModalBasis(scaled, logUnit: logUnit, threads: self.threads)
      structure = .modal(basis)
      prediction = basis.prediction()
    case .spherical:
      let basis = SphericalBasis(problem)
      structure = .spherical(basis)
      prediction = basis.prediction()
    case .ntkInvariant:
      let (scaled, logUnit) = problem.inRangeOfSquares(rows, threads: self.threads)
      let basis = try KernelBasis(scaled, logUnit: logUnit)
      structure = .kernel(basis)
      prediction = basis.prediction()
    case .perceptron:
      structure = .numeric
      prediction = .unknown("a network has no exact solution")
    }
  }

  /// The gradient flow, by all threads.
  var flow: any Flow { problem.flow(threads: threads) }

  /// The initial state for a solver that moves it; where nobody else needs it, the only copy.
  func takenState(for flow: any Flow) -> State {
    var state = problem.initialState
    if !keepsStart {
      problem.start.release()
    } else if flow is any SeparableFlow {
      // Blocks are moved in place; other flows have a vector of their own.
      state.features = state.features.copied(threads: threads)
    }
    return state
  }

  /// Whether the flow has a closed form; if not, its 2 x 2 systems are integrated instead.
  public var hasClosedForm: Bool { problem.hasClosedForm }

  /// Whether the flow has an exact solution of any kind.
  public var hasExactFlow: Bool { problem.hasExactFlow }

  /// The exact solution of the flow, up to rounding: the closed form, or where the learning rates
  /// are not proportional the integrated 2 x 2 systems.
  ///
  /// - Throws: `NumericsError` when there is no memory for the integration, or the loss has no exact
  ///   solution.
  public func exactFlow(until end: Double) throws(NumericsError) -> any Evaluator {
    switch structure {
    case .modal(let basis):
      if hasClosedForm {
        return ModalEvaluator(basis: basis, propagation: ClosedFormPropagation(basis: basis))
      }
      let propagation = try IntegratedPropagation(basis: basis, until: end)
      return ModalEvaluator(basis: basis, propagation: propagation)
    case .spherical(let basis): return SphericalClosedForm(basis: basis)
    case .kernel(let basis):
      guard let ratio = problem.rates.ratio else {
        return try KernelIntegration(basis: basis, until: end)
      }
      return KernelClosedForm(basis: basis, ratio: ratio)
    case .numeric:
      throw .unsupported("only the unhinged loss has an exact solution: use ode or descent")
    }
  }

  /// Gradient descent with a given step by its exact reduction; nil where there is none.
  public func exactDescent(
    step: Double, momentum: Momentum = .none
  ) -> (any Evaluator)? {
    if momentum.factor > 0 {
      guard case .modal(let basis) = structure else { return nil }
      let descent = MomentumDescent(basis: basis, step: step, momentum: momentum)
      return ModalEvaluator(basis: basis, propagation: descent)
    }
    switch structure {
    case .modal(let basis):
      return
        basis.orientations.isEmpty
        ? ModalEvaluator(basis: basis, propagation: MatrixDescent(basis: basis, step: step))
        : ModalEvaluator(basis: basis, propagation: EigenmodeDescent(basis: basis, step: step))
    case .spherical(let basis): return SphericalDescent(basis: basis, step: step)
    case .kernel(let basis):
      return basis.kernel is DenseKernel ? nil : KernelDescent(basis: basis, step: step)
    case .numeric: return nil
    }
  }

  /// Where gradient descent with a given step takes the direction, and how fast.
  public func descentPrediction(step: Double, until end: Double) -> LimitPrediction {
    let rates = problem.rates.constantRates
    switch structure {
    case .modal(let basis):
      let rate = problem.modelCase.movesPrototypes ? rates?.prototypes : rates?.features
      return basis.prediction(stepSize: rate.map { step * $0 })
    case .spherical(let basis): return basis.prediction(descentStep: step, until: end)
    case .kernel(let basis):
      return basis.prediction(stepSize: (rates?.prototypes).map { step * $0 })
    case .numeric: return prediction
    }
  }
}
