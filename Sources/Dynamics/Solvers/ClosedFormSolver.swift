import DynNumerics

/// The closed form of the flow; where the learning rates are not proportional there is none, and
/// the 2 x 2 systems of the exact reduction are integrated instead.
public struct ClosedFormSolver: Solver {
  static let kind = Kind<any Solver>(
    "closed_form",
    "the exact solution; called reduced where rates are not proportional and it is integrated"
  ) { _ throws(Fault) in ClosedFormSolver() }

  /// The name of the solver where there is no closed form.
  public static let reducedName = "reduced"

  /// The solver.
  public init() {}

  /// It is.
  public var isExactFlow: Bool { true }
  /// It holds what the initial state is made of, which is counted with the problem.
  public var movesState: Bool { false }
  /// None.
  public func workSpace(_ sizes: StateSizes) -> Double { 0 }

  /// Most models have no exact solution, and some only from some starts.
  public func refusal(of problem: Problem) -> String? {
    problem.exactRefusal.map { "\($0): list ode or gradient_descent under \"solvers\"" }
  }

  /// Evaluates the solution at each time.
  public func follow(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    var evaluator = try prepared.exactEvaluator(until: times.last ?? 0)
    try evaluator.follow(times, visit: visit)
  }
}

extension PreparedProblem {
  /// Prepares a problem, with the errors of a solver.
  ///
  /// - Throws: `SolverFailure` when a decomposition fails.
  static func orFailure(_ problem: Problem) throws(SolverFailure) -> PreparedProblem {
    do throws(NumericsError) {
      return try PreparedProblem(problem)
    } catch {
      throw SolverFailure(error)
    }
  }

  /// The exact flow, with the errors of a solver.
  ///
  /// - Throws: `SolverFailure` when there is no memory for it.
  public func exactEvaluator(until end: Double) throws(SolverFailure) -> any Evaluator {
    guard problem.laterPhases.isEmpty else {
      return try PhasedEvaluator(problem, until: end, threads: threads)
    }
    do throws(NumericsError) {
      return try exactFlow(until: end)
    } catch {
      throw SolverFailure(error)
    }
  }
}
