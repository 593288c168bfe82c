/// A later part of a run with parameters of its own: loss, class weights, targets, decays and rates.
public struct Phase: Sendable {
  /// The time from which it holds.
  public let begin: Double
  /// Its problem, whose start is replaced by the state that the part before has left.
  private let problem: Problem

  /// A phase of a problem with the same sizes, features and groups as the one before.
  public init(from begin: Double, _ problem: Problem) {
    self.begin = begin
    self.problem = problem
  }

  /// Its problem before a state is known, for what solvers refuse.
  public var outline: Problem { problem }

  /// Its problem from a state at its beginning, and the velocity of descent with momentum there.
  public func problem(from state: State, velocity: State?) -> Problem {
    var problem = problem.starting(from: InitialState(state))
    problem.rates = problem.rates.beginning(at: begin)
    problem.velocity = velocity
    problem.continuesRun = true
    return problem
  }
}

extension Problem {
  /// The problem without what comes later.
  var firstPhase: Problem {
    var problem = self
    problem.laterPhases = []
    return problem
  }
}
