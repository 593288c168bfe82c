/// What one solver found: observables over time.
public struct Trajectory: Sendable {
  /// The solver's name.
  public let solver: String
  /// The rows in order of time.
  public internal(set) var rows: TrajectoryRows
  /// The state of the last row, when it was asked for.
  public internal(set) var finalState: ScaledState?
  /// The velocity that the last step before it left, where steps keep a share of theirs.
  public internal(set) var finalVelocity: State?
  /// The seed of what the solver drew on the way; nil where it drew nothing.
  public internal(set) var drawSeed: UInt64?
  /// What it cost.
  public internal(set) var cost = SolverCost()
  /// Seconds taken, observables and comparison included.
  public internal(set) var seconds = 0.0
  /// Where its direction goes and how fast; nil when no observable needed it.
  public internal(set) var prediction: LimitPrediction?
  /// Why it ended early, if it did.
  public internal(set) var failure: SolverFailure?
  /// Whether it ended early because the scenario's condition was met.
  public internal(set) var metStopCondition = false

  init(solver: String, observables count: Int) {
    self.solver = solver
    rows = TrajectoryRows(observables: count)
  }

  private var largestErrorOfAllRows: Double?

  /// The largest relative error over the rows, also those that are not kept; nil when none is a
  /// number.
  public var largestRelativeError: Double? {
    largestErrorOfAllRows ?? rows.lazy.map(\.relativeError).filter { !$0.isNaN }.max()
  }

  /// What a summary needs, without the memory of the rows before the last.
  public var withLastRowOnly: Trajectory {
    var trajectory = self
    trajectory.largestErrorOfAllRows = largestRelativeError
    trajectory.rows = rows.lastOnly
    return trajectory
  }
}

/// Ends trajectories at their first row where an observable is below a threshold.
public struct StopCondition: Sendable {
  /// What is watched.
  public let observable: Observable
  /// The threshold.
  public let threshold: Double

  /// A condition.
  public init(observable: Observable, below threshold: Double) {
    self.observable = observable
    self.threshold = threshold
  }
}
