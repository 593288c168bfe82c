/// Runs that go on from another one.
extension Solver {
  /// Why the solver cannot go on at the time of a problem's start, from what is known of the run before
  /// it; nil where it can.
  public func continuationRefusal(of problem: Problem) -> String? {
    let begin = problem.rates.begin
    if let step = timePerStep,
      !DiscreteTime.meets(DiscreteTime.count(at: begin, step: step) * step, begin)
    {
      return
        "the state is that at t = \(begin), which is no whole number of steps of \(step), and step "
        + "k is at k times the step: choose a step that divides it, or another \"begin\""
    }
    if let refusal = phaseRefusal(of: problem) { return refusal }
    guard inertia.factor > 0 else { return nil }
    if problem.velocity != nil, !continuesVelocity {
      return
        "exact descent with momentum starts from rest, and the run before has left a velocity: use "
        + "\"form\": \"iterated\""
    }
    if problem.continuesRun, problem.velocity == nil {
      return
        "momentum goes on with the velocity of the run before, which its archive does not hold: "
        + "start from the states of an iterated descent with momentum, or give the time of the state "
        + "as a number to start from rest"
    }
    return nil
  }

  /// Why the solver cannot go from phase to phase; nil where it can, or there is one only.
  private func phaseRefusal(of problem: Problem) -> String? {
    guard let first = problem.laterPhases.first else { return nil }
    guard followsPhases else {
      return
        "it follows one set of parameters from the start to the end: leave it or \"phases\" out"
    }
    if inertia.factor > 0, !continuesVelocity {
      return
        "exact descent with momentum starts from rest, and the phase at t = \(first.begin) begins with "
        + "a velocity: use \"form\": \"iterated\""
    }
    guard let step = timePerStep else { return nil }
    return problem.laterPhases.map(\.begin).first {
      !DiscreteTime.meets(DiscreteTime.count(at: $0, step: step) * step, $0)
    }.map {
      "a phase begins at t = \($0), which is no whole number of steps of \(step): choose a step that "
        + "divides it, or another time"
    }
  }
}
