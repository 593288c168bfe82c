/// A way to follow a problem's trajectory.
public protocol Solver: Sendable {
  /// The times at which it reports when the user asks for `times`.
  func reportTimes(for times: [Double]) -> [Double]
  /// Why the solver cannot treat a problem; nil when it can.
  func refusal(of problem: Problem) -> String?
  /// Where the direction of the solver's own trajectory goes and how fast.
  func prediction(of prepared: PreparedProblem, until end: Double) -> LimitPrediction
  /// Whether it is the exact flow itself, which others are measured against.
  var isExactFlow: Bool { get }
  /// Whether it holds and moves the full state.
  var movesState: Bool { get }
  /// The time that a step takes, for solvers that move in equal steps; nil for others.
  var timePerStep: Double? { get }
  /// The share of their velocity that its steps keep.
  var inertia: Momentum { get }
  /// Whether it takes up the velocity that a run before it has left.
  var continuesVelocity: Bool { get }
  /// The seed of what it draws; nil where it draws nothing.
  func drawSeed(for problem: Problem) -> UInt64?
  /// The integration of the flow that the solver is; nil for others.
  var integration: OdeSolver? { get }
  /// The plain descent that the solver is; nil for others.
  var descent: GradientDescentSolver? { get }
  /// The expectations that the solver follows in the place of a state; nil for others.
  var expectations: (any ExpectationSolver)? { get }
  /// The descent along steepest directions that the solver is; nil for others.
  var steepest: SteepestDescentSolver? { get }
  /// Whether it goes on where parameters change.
  var followsPhases: Bool { get }
  /// The bytes that it works in, beside the state that it moves.
  func workSpace(_ sizes: StateSizes) -> Double
  /// The escape from a quadratic saddle at constant learning rate `rate` of all variables; nil where
  /// linear theory says nothing.
  func escape(from start: EscapeStart, rate: Double) -> EscapePrediction?
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
  /// Most do.
  public var followsPhases: Bool { true }
  /// Most are not.
  public var isExactFlow: Bool { false }
  /// Most do.
  public var movesState: Bool { true }
  /// Most choose their times themselves.
  public var timePerStep: Double? { nil }
  /// Most have none.
  public var inertia: Momentum { .none }
  /// Those that have one do.
  public var continuesVelocity: Bool { true }
  /// Most draw nothing.
  public func drawSeed(for problem: Problem) -> UInt64? { nil }
  /// Most do not follow the flow.
  public var integration: OdeSolver? { nil }
  /// Most are not.
  public var descent: GradientDescentSolver? { nil }
  /// Most follow a state.
  public var expectations: (any ExpectationSolver)? { nil }
  /// Most are not.
  public var steepest: SteepestDescentSolver? { nil }
  /// Linear theory says nothing.
  public func escape(from start: EscapeStart, rate: Double) -> EscapePrediction? { nil }
  /// Nothing is refused.
  public func refusal(of problem: Problem) -> String? { nil }
}

/// The sizes, in bytes, that a solver's work space is made of.
public struct StateSizes: Sendable {
  /// Of the full state.
  public let state: Double
  /// Of one block that is moved on its own; nil where all variables depend on each other.
  public let block: Double?
  /// Of what is copied so that blocks lie together.
  public let blockCopies: Double
  /// How many blocks are moved at a time.
  public let threads: Double
  /// Of a matrix with a row and a column for each class.
  public let classPairs: Double
  /// Whether no renumbering of the classes changes sizes, weights and targets.
  public let hasEqualClasses: Bool

  /// The sizes of a model's state of p x n features and p x C prototypes.
  public init(
    _ model: Model, dimension p: Double, samples n: Double, classes: Double,
    hasEqualClasses: Bool = false, threads: Int
  ) {
    state = 8 * p * (n + classes)
    classPairs = 8 * classes * classes
    self.hasEqualClasses = hasEqualClasses
    self.threads = Double(threads)
    switch model.blockKind {
    case .row?: (block, blockCopies) = (8 * (n + classes), 0)
    // Features and their unit vectors, sample by sample.
    case .sample?: (block, blockCopies) = (8 * p, 2 * state)
    case nil: (block, blockCopies) = (nil, 0)
    }
  }
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
    LinearizedSolver.kind, StartMomentsSolver.kind, BatchMomentsSolver.kind,
    SteepestDescentSolver.spectralKind, SteepestDescentSolver.signKind,
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
