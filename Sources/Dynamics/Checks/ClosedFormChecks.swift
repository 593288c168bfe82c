/// The exact flow at t = 0 is the initial state.
struct IdentityCheck: Check {
  func results(for verification: Verification) -> [CheckResult] {
    let name = "identity at t = 0"
    let solver = verification.exactName
    do throws(SolverFailure) {
      let start = FullSnapshot(
        time: 0, problem: verification.problem, state: verification.problem.initialState)
      let exact = try verification.exactSnapshot(at: 0)
      let state = exact.state().unscaled
      let own = FullSnapshot(time: 0, problem: verification.problem, state: state)
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
      let split = 0.4 * end
      let middle = try verification.exactSnapshot(at: split).state().unscaled
      let rest = try verification.restarted(from: middle, at: split)
      let composed = try rest.exactSnapshot(at: end - split).state().unscaled
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
  /// The same problem with its clock set to 0 at `time` and another initial state.
  fileprivate func restarted(
    from state: State, at time: Double
  ) throws(SolverFailure) -> Verification {
    var problem = problem.starting(from: InitialState(state))
    problem.rates = LearningRates(
      prototypes: ShiftedSchedule(problem.rates.prototypes, by: time),
      features: problem.rates.features.shifted(by: time))
    return replacing(try PreparedProblem.orFailure(problem))
  }
}

extension LearningRates.FeatureRate {
  fileprivate func shifted(by time: Double) -> LearningRates.FeatureRate {
    if case .schedule(let own) = self { .schedule(ShiftedSchedule(own, by: time)) } else { self }
  }
}

/// A schedule seen from a later time on.
struct ShiftedSchedule: Schedule {
  private let schedule: any Schedule
  private let shift: Double

  init(_ schedule: any Schedule, by shift: Double) {
    self.schedule = schedule
    self.shift = shift
  }

  func rate(at time: Double) -> Double { schedule.rate(at: time + shift) }
  func slope(at time: Double) -> Double { schedule.slope(at: time + shift) }
  func integral(to time: Double) -> Double {
    schedule.integral(to: time + shift) - schedule.integral(to: shift)
  }
  func breakpoints(before end: Double) -> [Double] {
    schedule.breakpoints(before: end + shift).map { $0 - shift }.filter { $0 > 0 }
  }
}
