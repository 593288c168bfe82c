/// A way to follow a problem's trajectory.
public protocol Solver: Sendable {
  /// The times at which it reports when the user asks for `times`.
  func reportTimes(for times: [Double]) -> [Double]
  /// Why the solver cannot treat a problem; nil when it can.
  func refusal(of problem: Problem) -> String?
  /// Where the direction of the solver's own trajectory goes and how fast.
  func prediction(of prepared: PreparedProblem, until end: Double) -> LimitPrediction
  /// Follows the trajectory and hands a snapshot to `visit` at each of the report times, until
  /// that returns false.
  ///
  /// - Throws: `SolverFailure` when it stops early; the snapshots before that stand.
  func follow(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure)
}

extension Solver {
  /// The user's own times.
  public func reportTimes(for times: [Double]) -> [Double] { times }
  /// That of the flow.
  public func prediction(of prepared: PreparedProblem, until end: Double) -> LimitPrediction {
    prepared.prediction
  }
  /// Nothing is refused.
  public func refusal(of problem: Problem) -> String? { nil }
}

/// What a trajectory has cost, in units that do not depend on the machine.
public struct SolverCost: Sendable, Equatable {
  /// Evaluations of the flow's right-hand side on the full state.
  public var evaluations = 0
  /// Accepted steps of an integrator, or steps of gradient descent.
  public var steps = 0
  /// Rejected steps of an integrator.
  public var rejectedSteps = 0
  /// What the user should know of how it went, such as a fall-back and its reason.
  public var remark: String?

  /// Nothing yet.
  public init() {}
}

/// The solvers that scenarios can name.
public enum Solvers {
  /// Every kind; a new one needs its file and a line here.
  public static let kinds: [Kind<any Solver>] = [
    ClosedFormSolver.kind, OdeSolver.kind, GradientDescentSolver.kind, SharpnessAwareSolver.kind,
    SharpnessAwareFlowSolver.kind, PerturbedDescentSolver.kind,
  ]
}

/// A solver under the name that the outputs use.
public struct NamedSolver: Sendable {
  /// The name in the CSV, in `--solver` and before the arrays of a states file.
  public let name: String
  /// Other names that `--solver` accepts.
  public let aliases: [String]
  /// The solver.
  public let solver: any Solver

  /// Names a solver.
  public init(name: String, aliases: [String] = [], solver: any Solver) {
    self.name = name
    self.aliases = aliases
    self.solver = solver
  }
}
