/// The exact flow at the time of the start, mostly t = 0, is the start.
struct IdentityCheck: Check {
  func results(for verification: Verification) -> [CheckResult] {
    let name = "identity at t = 0"
    let solver = verification.exactName
    do throws(SolverFailure) {
      let begin = verification.begin
      let start = FullSnapshot(
        time: begin, problem: verification.problem, state: verification.problem.initialState)
      let exact = try verification.exactSnapshot(at: begin)
      let state = exact.state().unscaled
      let own = FullSnapshot(time: begin, problem: verification.problem, state: state)
      return [.atMost(1e-15, own.relativeError(against: start), check: name, solver: solver)]
    } catch {
      return [.unfinished(error, check: name, solver: solver)]
    }
  }
}

/// The exact flow over [0, t1] and then over [t1, t2] is that over [0, t2].
struct CompositionCheck: Check {
  func results(for verification: Verification) -> [CheckResult] {
    let name = "composition over split intervals"
    let solver = verification.exactName
    let end = verification.horizon
    if let reason = verification.horizonRefusal {
      return [.notApplicable(reason, check: name, solver: solver)]
    }
    do throws(SolverFailure) {
      let split = verification.time(0.4)
      let middle = try verification.exactSnapshot(at: split).state().unscaled
      let rest = try verification.restarted(from: middle, at: split)
      let composed = try rest.exactSnapshot(at: end).state().unscaled
      let whole = try verification.exactSnapshot(at: end)
      let error = FullSnapshot(time: end, problem: verification.problem, state: composed)
        .relativeError(against: whole)
      return [
        .atMost(verification.rounding(at: whole), error, check: name, solver: solver)
      ]
    } catch {
      return [.unfinished(error, check: name, solver: solver)]
    }
  }
}

extension Verification {
  /// The same problem from a state at another time.
  fileprivate func restarted(
    from state: State, at time: Double
  ) throws(SolverFailure) -> Verification {
    var problem = problem.starting(from: InitialState(state))
    problem.rates = problem.rates.beginning(at: time)
    return replacing(try PreparedProblem.orFailure(problem))
  }
}
