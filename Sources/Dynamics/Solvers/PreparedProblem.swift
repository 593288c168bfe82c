public import DynNumerics

/// A problem with its analytic structure: what all solvers of one run share.
public struct PreparedProblem: Sendable {
  /// The problem.
  public let problem: Problem
  /// Where the direction goes.
  public let prediction: LimitPrediction
  /// The exact solution; nil where the flow has none.
  let solution: (any ExactSolution)?
  /// How many threads the solvers may use; it does not change their results.
  public let threads: Int
  /// Whether the initial features are of use to others than the solver that moves them.
  var keepsStart = true
  /// Passes over the rows of features.
  let rows: ClassRows

  /// Decomposes the initial state.
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
    let solution =
      problem.exactRefusal == nil
      ? try problem.model.family.solution(of: problem, threads: self.threads) : nil
    self.solution = solution
    prediction =
      problem.laterPhases.isEmpty
      ? solution?.prediction
        ?? .unknown("the flow has no exact solution", geometry: problem.deferredGeometry)
      : Self.lastPrediction(of: problem, threads: self.threads)
  }

  /// That of the last phase, from where the exact flow begins it.
  private static func lastPrediction(of problem: Problem, threads: Int) -> LimitPrediction {
    do throws(SolverFailure) {
      guard problem.hasExactFlow else { return .unknown("the flow has no exact solution") }
      return try PhasedEvaluator.lastPhase(of: problem, threads: threads).prediction
    } catch {
      return .unknown(error.description)
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
  public var hasClosedForm: Bool { hasExactFlow && problem.ratesAllowClosedForm }

  /// Whether the flow has an exact solution of any kind.
  public var hasExactFlow: Bool { solution != nil }

  /// The exact solution of the flow, up to rounding: the closed form, or where the learning rates
  /// are not proportional the integrated modes.
  ///
  /// - Throws: `NumericsError` when there is no memory for the integration, or the flow has no exact
  ///   solution.
  public func exactFlow(until end: Double) throws(NumericsError) -> any Evaluator {
    guard let solution else {
      throw .unsupported(
        "\(problem.exactRefusal ?? "there is no exact solution"): use ode or descent")
    }
    return try solution.flow(until: end)
  }

  /// Gradient descent with a given step by its exact reduction; nil where there is none.
  public func exactDescent(step: Double, momentum: Momentum = .none) -> (any Evaluator)? {
    solution?.descent(step: step, momentum: momentum)
  }

  /// Where gradient descent with a given step takes the direction, and how fast.
  public func descentPrediction(step: Double, until end: Double) -> LimitPrediction {
    solution?.descentPrediction(step: step, until: end) ?? prediction
  }
}
