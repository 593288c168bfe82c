import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Every cross-check on every case, schedule and method that it applies to.
@Suite struct CrossCheckTests {
  /// All schedules of the registry, as the prototypes' rate.
  static let schedules: [SmallProblem] = {
    let exponential = ExponentialSchedule(value: 0.6, decay: 0.1)
    let schedules: [(String, any Schedule)] = [
      ("step", StepSchedule(value: 0.6, factor: 0.5, every: 4)),
      ("multistep", MultistepSchedule(value: 0.6, factor: 0.3, milestones: [5, 10])),
      ("exponential", exponential),
      ("cosine", CosineSchedule(value: 0.8, final: 0.1, period: 15)),
      (
        "cosine_restarts",
        CosineRestartsSchedule(value: 0.8, final: 0.1, period: 4, multiplier: 2)
      ),
      ("polynomial", PolynomialSchedule(value: 0.7, final: 0.1, period: 12, power: 2)),
      ("inverse_sqrt", InverseSqrtSchedule(value: 0.6, timescale: 3)),
      (
        "piecewise_linear",
        PiecewiseLinearSchedule(points: [(0, 0.1), (8, 0.9), (14, 0.3)])
      ),
      ("warmup", WarmupSchedule(duration: 5, then: exponential)),
    ]
    return schedules.map { name, schedule in
      SmallProblem("\(name) schedule") {
        $0.rates = LearningRates(prototypes: schedule, features: .proportional(0.8))
      }
    }
  }()

  /// Rates that are not proportional, in every case whose prototypes move.
  static let unrelatedRates: [SmallProblem] = SmallProblem.everyCase
    .filter { $0.modelCase.movesPrototypes }.map { small in
      var small = small
      small.name += ", unrelated rates"
      small.rates = LearningRates(
        prototypes: CosineSchedule(value: 0.6, final: 0.1, period: 16),
        features: .schedule(StepSchedule(value: 0.5, factor: 0.5, every: 8)))
      return small
    }

  @Test func everyScheduleIsCovered() {
    let covered = Set(Self.schedules.map { $0.name.split(separator: " ")[0] } + ["constant"])
    #expect(covered == Set(Schedules.kinds.map { Substring($0.description.name) }))
  }

  private func verify(_ small: SmallProblem, _ solvers: [NamedSolver]) throws -> [CheckResult] {
    let prepared = try PreparedProblem(try small.problem())
    return Verification(prepared, solvers: solvers, end: small.end).run()
  }

  @Test(arguments: SmallProblem.everyCase + schedules + unrelatedRates)
  func everyCheckPasses(small: SmallProblem) throws {
    let descent = GradientDescentSolver(step: 0.02, form: .iterated)
    let results = try verify(
      small, [NamedSolver(name: "gradient_descent", solver: descent)])
    for result in results {
      #expect(!result.isFailure, "\(small.name): \(result)")
    }
    // What must not slip into "not applicable".
    let required = [
      "identity at t = 0", "composition over split intervals", "exact flow against ode",
      "order of descent against the flow",
    ]
    for check in required {
      #expect(results.contains { $0.check == check && $0.verdict == .pass }, "\(check)")
    }
    let compared = results.contains {
      $0.check == "iterated against exact descent" && $0.verdict == .pass
    }
    #expect(compared == (small.kernel != .dense))
  }

  /// The check compares at least a thousand steps.
  @Test(arguments: SmallProblem.everyCase.filter { $0.kernel != .dense })
  func iteratedAgreesWithExactDescent(small: SmallProblem) throws {
    let prepared = try PreparedProblem(try small.problem())
    let step = small.end / 1500
    let iterated = GradientDescentSolver(step: step, form: .iterated)
    var exact = try #require(prepared.exactDescent(step: step))
    var cost = SolverCost()
    var errors: [Double] = []
    try iterated.follow(prepared, at: [0, small.end / 2, small.end], cost: &cost) { snapshot in
      if let reference = try? exact.snapshot(at: snapshot.time) {
        errors.append(snapshot.relativeError(against: reference))
      }
      return true
    }
    #expect(cost.steps == 1500)
    #expect(cost.evaluations == 1500)
    #expect(errors.count == 3)
    for error in errors { #expect(error <= 1e-13) }
  }

  /// Every method on every case within the bound of its kind.
  @Test(arguments: SmallProblem.everyCase, OdeMethod.all)
  func everyMethodAgreesWithTheExactFlow(small: SmallProblem, method: OdeMethod) throws {
    let ode = OdeSolver(method: method, control: .adaptive(relative: 1e-8, absolute: 1e-10))
    let results = try verify(small, [NamedSolver(name: method.name, solver: ode)])
    for result in results where result.solver == method.name {
      #expect(!result.isFailure, "\(small.name), \(method.name): \(result)")
    }
    #expect(results.contains { $0.solver == method.name && $0.verdict == .pass })
  }

  /// The observed order of every fixed-step method within 0.2 of its own.
  @Test(arguments: SmallProblem.everyCase, OdeMethod.all.filter(\.allowsFixedStep))
  func everyFixedStepHasItsOrder(small: SmallProblem, method: OdeMethod) throws {
    var small = small
    small.end = 200
    // A varying rate, where a constant one makes the leading error of order 8 vanish; one whose
    // leading error shows before rounding does.
    if !small.modelCase.movesPrototypes {
      small.rates = LearningRates(
        prototypes: method == .dop853
          ? ExponentialSchedule(value: 0.5, decay: 0.1)
          : InverseSqrtSchedule(value: 0.5, timescale: 4))
    }
    let ode = OdeSolver(method: method, control: .fixed(small.end / 8))
    let results = try verify(small, [NamedSolver(name: method.name, solver: ode)])
    let order = try #require(results.first { $0.check.contains("observed order") })
    #expect(order.verdict == .pass, "\(small.name), \(method.name): \(order)")
  }

  /// The rates of convergence show in flow, integration and descent.
  @Test func ratesAreFitted() throws {
    var small = SmallProblem("balanced") {
      $0.sizes = [3, 3, 3, 3]
      $0.end = 400
    }
    small.gamma = 1.0 / 3
    let descent = GradientDescentSolver(step: 0.5, form: .exact)
    let results = try verify(
      small, [NamedSolver(name: "gradient_descent", solver: descent)])
    let rates = results.filter { $0.check == "fitted against predicted rate" }
    #expect(rates.count == 3)
    #expect(rates.allSatisfy { $0.verdict == .pass }, "\(rates)")
  }
}
