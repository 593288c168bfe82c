/// What a solver that follows expectations finds at one time: values of the observables that it knows.
///
/// The expectation of an observable is not the observable of an expected state, so there is no
/// snapshot behind it; every observable that the solver does not know is nan.
public struct ExpectedValues: Sendable, Equatable {
  /// The time.
  public let time: Double
  private let values: [String: Double]

  /// The values at a time of observables that are different from each other.
  public init(time: Double, _ values: [(observable: Observable, value: Double)]) {
    self.time = time
    self.values = Dictionary(values.map { ($0.observable.name, $0.value) }) { _, last in last }
  }

  /// The value of an observable; nan where the solver does not know it.
  public func value(of observable: Observable) -> Double { values[observable.name] ?? .nan }
}

/// A solver that follows expectations over random draws in the place of one state.
///
/// Its rows have no state: nothing is compared with the run's reference, and final states leave it
/// out.
public protocol ExpectationSolver: Solver {
  /// The observables that it knows, in any order.
  var knownObservables: [Observable] { get }
  /// Follows the expectations and hands their values to `visit` at each of the report times, until
  /// that returns false.
  ///
  /// - Throws: `SolverFailure` when it stops early; the values before that stand.
  func followExpectations(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (ExpectedValues) -> Bool
  ) throws(SolverFailure)
}

extension ExpectationSolver {
  /// It does.
  public var expectations: (any ExpectationSolver)? { self }
  /// Expectations of one problem do not start those of another.
  public var followsPhases: Bool { false }
  /// It moves expectations.
  public var movesState: Bool { false }
  /// Little beside a state.
  public func workSpace(_ sizes: StateSizes) -> Double { 0 }

  /// Expectations have no direction.
  public func prediction(of prepared: PreparedProblem, until end: Double) -> LimitPrediction {
    .unknown("expectations have no direction")
  }

  /// There is no state to hand out.
  ///
  /// - Throws: `SolverFailure` always.
  public func follow(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    throw SolverFailure(
      "the solver follows expectations, which have no state: choose another solver")
  }
}
