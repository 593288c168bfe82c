import DynNumerics

/// The flow of the loss's gradient at zero logits, exact in modes: the first phase of every loss from a
/// small start (<doc:LinearizedFlow>), with a bound on its own error.
public struct LinearizedSolver: Solver {
  static let kind = Kind<any Solver>(
    "linearized",
    "the flow of the loss's gradient at zero logits: the first phase of any loss from a small start"
  ) { _ throws(Fault) in LinearizedSolver() }

  /// The solver.
  public init() {}

  /// The bound is from the start of the run.
  public var followsPhases: Bool { false }

  /// Every output's state is formed.
  public func workSpace(_ sizes: StateSizes) -> Double { 3 * sizes.state }

  /// Free features that enter as they are, under one matrix of prototypes.
  public func refusal(of problem: Problem) -> String? {
    let model = problem.model
    guard model.features.areFree, !model.entry.normalizes, model.prototypes.areOneMatrix else {
      return
        "the linearised flow is that of features that are variables, enter the logits as they are "
        + "and meet one matrix of prototypes: list ode under \"solvers\" instead"
    }
    guard !problem.isReduced else {
      return
        "the bound of the linearised flow needs the samples: set model.representation to \"full\""
    }
    return nil
  }

  /// Where the linear flow goes, which is not where the loss takes the state in the end.
  public func prediction(of prepared: PreparedProblem, until end: Double) -> LimitPrediction {
    .unknown("the linearised flow is the first phase only")
  }

  /// A state and a step of the bound for every two percent of growth.
  public func follow(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    var evaluator = try Self.evaluator(prepared, until: times.last ?? 0)
    defer { cost.remark = evaluator.bound.remark(until: times.last ?? 0) }
    try evaluator.follow(times, visit: visit)
  }

  private static func evaluator(
    _ prepared: PreparedProblem, until end: Double
  ) throws(SolverFailure) -> LinearizedEvaluator {
    do throws(NumericsError) {
      return try LinearizedEvaluator(prepared.problem, until: end, threads: prepared.threads)
    } catch {
      throw SolverFailure(error)
    }
  }
}

extension LinearizationBound {
  /// Until when the bound is below one percent.
  fileprivate func remark(until end: Double) -> String {
    guard crossing.above != nil else {
      return "the bound on its error is below 1 % until the end, t = \(end)"
    }
    return "the bound on its error is below 1 % until t = \(crossing.below)"
  }
}
