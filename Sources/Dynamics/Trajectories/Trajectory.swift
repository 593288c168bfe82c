/// What one solver found: observables over time.
public struct Trajectory: Sendable {
  /// One output time.
  public struct Row: Sendable, Equatable {
    /// The time.
    public let time: Double
    /// (zeta_1, zeta_2) at that time.
    public let zeta: RatePair
    /// The observables in the order of the run.
    public let values: [Double]
    /// |Z - Z_ref|/|Z_ref| against the run's reference; nan where there is none.
    public let relativeError: Double
  }

  /// The solver's name.
  public let solver: String
  /// The rows in order of time.
  public internal(set) var rows: [Row] = []
  /// The state of the last row, when it was asked for.
  public internal(set) var finalState: ScaledState?
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

  init(solver: String) { self.solver = solver }

  private var largestErrorOfAllRows: Double?

  /// The largest relative error over the rows, also those that are not kept; nil when none is a
  /// number.
  public var largestRelativeError: Double? {
    largestErrorOfAllRows ?? rows.map(\.relativeError).filter { !$0.isNaN }.max()
  }

  /// What a summary needs, without the memory of the rows before the last.
  public var withLastRowOnly: Trajectory {
    var trajectory = self
    trajectory.largestErrorOfAllRows = largestRelativeError
    trajectory.rows = Array(rows.suffix(1))
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
