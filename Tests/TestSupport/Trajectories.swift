import Dynamics

extension Solver {
  /// The states that the solver reports at some times.
  public func states(of problem: Problem, at times: [Double]) throws -> [State] {
    var states: [State] = []
    var cost = SolverCost()
    try follow(try PreparedProblem(problem), at: times, cost: &cost) { snapshot in
      states.append(snapshot.state().unscaled)
      return true
    }
    return states
  }
}
