import DynNumerics
import Dynamics
import TestSupport
import Testing

/// Problems whose start is given at a later time.
@Suite struct ContinuedVerificationTests {
  /// A problem of every case from t = 3 on, with rates that change.
  static let problems: [SmallProblem] = SmallProblem.everyCase.map { small in
    var small = small
    // Where a constant rate would make the solution a straight line, none is constant for a while.
    let schedule: any Schedule =
      small.modelCase == .anchored
      ? InverseSqrtSchedule(value: 0.5, timescale: 4)
      : StepSchedule(value: 0.6, factor: 0.5, every: 4)
    small.rates = LearningRates(
      prototypes: schedule, features: small.rates.features, begin: 3)
    small.end = 11
    return small
  }

  @Test(arguments: problems) func everyCheckPasses(small: SmallProblem) throws {
    let solvers: [NamedSolver] = [
      NamedSolver(
        name: "ode",
        solver: OdeSolver(
          method: .rk8pd, control: .adaptive(relative: 1e-10, absolute: 1e-12))),
      NamedSolver(name: "gd", solver: GradientDescentSolver(step: 0.25, form: .iterated)),
    ]
    let results = Verification(
      try PreparedProblem(try small.problem()), solvers: solvers, end: small.end
    ).run()
    #expect(results.filter(\.isFailure).map(\.check) == [])
    for check in ["composition over split intervals", "order of descent against the flow"] {
      #expect(results.contains { $0.check == check && $0.verdict == .pass }, "\(check)")
    }
  }

  /// Solvers of default settings too, whose step is a whole part of the time before.
  @Test func defaultSolversFit() throws {
    let results = Verification(
      try PreparedProblem(try Self.problems[0].problem()), solvers: [], end: 11
    ).run()
    #expect(results.filter(\.isFailure).map(\.check) == [])
    #expect(
      results.contains { $0.check == "order of descent against the flow" && $0.verdict == .pass })
  }

  /// Clocks read 0 at the beginning and go on from there; totals do not depend on it.
  @Test func clocksReadTheTimeSinceTheBeginning() {
    let whole = LearningRates(
      prototypes: InverseSqrtSchedule(value: 1, timescale: 2),
      features: .schedule(StepSchedule(value: 2, factor: 0.5, every: 1)))
    let later = whole.beginning(at: 2.5)
    let start = later.integrals(to: 2.5)
    #expect(start.features == 0 && start.prototypes == 0)
    #expect(later.totals(to: 7) == whole.integrals(to: 7))
    let (zeta, first) = (later.integrals(to: 7), whole.integrals(to: 2.5))
    #expect(abs(zeta.features + first.features - whole.integrals(to: 7).features) <= 1e-15)
    #expect(later.rates(at: 3) == whole.rates(at: 3))
    #expect(later.beginning(at: 0).integrals(to: 7) == whole.integrals(to: 7))
  }
}
