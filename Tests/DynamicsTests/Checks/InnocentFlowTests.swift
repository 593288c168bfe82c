import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// The checks accuse no true exact flow and no integrator that does what it can: over every case, method,
/// step control, scale and decay.
@Suite struct InnocentFlowTests {
  /// Scales near the ends of the range of a double, whose squares are beyond it, and ordinary ones.
  static let scales = [1e-160, 1e-8, 1, 1e155]

  static let problems: [SmallProblem] = scales.flatMap { scale in
    (SmallProblem.everyCase + decaying).map { small in
      var small = small
      small.name += ", scale \(scale)"
      small.scale = scale
      return small
    }
  }

  /// From slow to stiff.
  private static let decaying: [SmallProblem] = [1e-6, 1.0, 1e3].map { decay in
    SmallProblem("decay \(decay)") {
      $0.modelCase = .regularized
      $0.decay = WeightDecay(features: decay, prototypes: decay, bias: decay)
    }
  }

  /// Default tolerances, loose ones, and steps from far too short to far too long.
  static let controls: [StepControl] =
    [.adaptive(relative: 1e-10, absolute: 1e-12), .adaptive(relative: 1e-4, absolute: 1e-170)]
    + [0.3, 40].map { .fixed($0) }

  static let methods: [OdeSolver] = OdeMethod.all.flatMap { method in
    controls.compactMap { control in
      let solver = OdeSolver(method: method, control: control)
      let isFixed = solver.fixedStepCount(until: 0) != nil
      return isFixed && !method.allowsFixedStep ? nil : solver
    }
  }

  @Test(arguments: problems) func noneIsAccused(small: SmallProblem) throws {
    let prepared = try PreparedProblem(try small.problem(), threads: 1)
    // Every method and control meets every case at some scale.
    let turn = Self.problems.firstIndex { $0.name == small.name } ?? 0
    let solvers = Self.methods.enumerated().filter { ($0.offset + turn) % 3 == 0 }.map {
      index, solver in
      NamedSolver(name: "\(index) \(solver.method.name) \(solver.control)", solver: solver)
    }
    let verification = Verification(prepared, solvers: solvers, end: small.end)
    for result in verification.results(of: IntegrationCheck())
      + verification.results(of: WitnessCheck())
    {
      #expect(!result.isFailure, "\(small.name): \(result)")
    }
  }

  /// One step of each kind stands for all: every wrong flow is found by every way to integrate that
  /// comes to an end.
  @Test(arguments: SmallProblem.everyCase, [0.01, 0.3, 40])
  func aWrongFlowIsAccusedByFixedSteps(small: SmallProblem, step: Double) throws {
    try expectAccusation(small, .fixed(step), [.rk4, .rkf45, .rk8pd, .dop853])
  }

  @Test(arguments: SmallProblem.everyCase)
  func aWrongFlowIsAccusedByTolerances(small: SmallProblem) throws {
    try expectAccusation(
      small, .adaptive(relative: 1e-10, absolute: 1e-12), [.rk4, .msadams, .rkck, .dopri5])
  }

  private func expectAccusation(
    _ small: SmallProblem, _ control: StepControl, _ methods: [OdeMethod]
  ) throws {
    let prepared = try PreparedProblem(try small.problem(), threads: 1)
    let verification = Verification(
      prepared,
      solvers: methods.map {
        NamedSolver(name: $0.name, solver: OdeSolver(method: $0, control: control))
      }, end: small.end
    ) { prepared, end throws(SolverFailure) in
      Fast(flow: try prepared.exactEvaluator(until: end))
    }
    for result in verification.results(of: IntegrationCheck()) {
      #expect(result.isFailure, "\(small.name): \(result)")
    }
  }

  /// The exact flow of a clock that is a thousandth too fast.
  private struct Fast: Evaluator {
    var flow: any Evaluator

    mutating func snapshot(at time: Double) throws(SolverFailure) -> any Snapshot {
      let own = try flow.snapshot(at: 1.001 * time)
      return FullSnapshot(time: time, problem: own.problem, state: own.state().unscaled)
    }
  }
}

extension Verification {
  /// One check as in a whole verification.
  fileprivate func results(of check: some Check) -> [CheckResult] {
    // Small enough for a debug build.
    StepLimit.$current.withValue(StepLimit(explicit: 3_000, implicit: 300)) {
      guard let bounded = try? bounded() else {
        Issue.record("the exact flow has no horizon")
        return []
      }
      return check.results(for: bounded)
    }
  }
}
