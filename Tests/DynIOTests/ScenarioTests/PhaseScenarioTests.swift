import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import DynIO
@testable import Dynamics

/// Parameters that change at given times.
@Suite struct PhaseScenarioTests {
  private static func text(_ phases: String, model: String = "") -> String {
    #"""
    {"model": {"case": "regularized", "classes": 3, "samples_per_class": [6, 4, 2],
      "feature_dimension": 4, "weight_decay": 0.02\#(model)},
     "learning_rate": {"prototypes": {"kind": "cosine", "value": 0.5, "final": 0.1, "period": 20}},
     "phases": \#(phases)}
    """#
  }

  private static let changing = #"""
    [{"until": 4, "set": {"model.loss.gamma": 0.2, "model.class_weights": "uniform"}},
     {"until": 7, "set": {"model.targets": {"kind": "noisy", "probability": 0.4, "draw": true},
                          "model.weight_decay": "critical"}},
     {"until": 11, "set": {"learning_rate.prototypes": {"kind": "constant", "value": 0.3},
                           "learning_rate.features": {"kind": "constant", "value": 0.1}}},
     {"set": {"model.targets": {"kind": "smoothed", "epsilon": 0.2}}}]
    """#

  private func run(
    _ problem: Problem, _ solvers: [any Solver], times: [Double]
  ) throws -> [Trajectory] {
    Simulation(
      prepared: try PreparedProblem(problem),
      solvers: solvers.enumerated().map { NamedSolver(name: "\($0.offset)", solver: $0.element) },
      times: times, observables: [.loss], keepsStates: true
    ).run()
  }

  private static let tight = OdeSolver(
    method: .rk8pd, control: .adaptive(relative: 1e-12, absolute: 1e-13))

  /// Every parameter changes, the groups of samples too: the projected exact flow against integration of
  /// the full state.
  @Test func theExactFlowIsProjectedAnew() throws {
    let problem = try ScenarioText.problem(Self.text(Self.changing))
    #expect(problem.laterPhases.map(\.begin) == [4, 7, 11])
    let trajectories = try run(
      problem, [ClosedFormSolver(), Self.tight], times: [0, 3, 4, 6, 7, 9, 11, 15])
    for trajectory in trajectories { #expect(trajectory.failure == nil) }
    #expect(try #require(trajectories[1].largestRelativeError) <= 1e-10)
    #expect(trajectories[0].rows.map(\.time) == [0, 3, 4, 6, 7, 9, 11, 15])
  }

  /// Phases that change nothing are no phases: to rounding in closed form, to the last bit for descent
  /// with its velocity and batches.
  @Test func phasesWithoutChangesAreNone() throws {
    let phased = try ScenarioText.problem(
      Self.text(#"[{"until": 3, "set": {}}, {"until": 8, "set": {}}, {"set": {}}]"#))
    let plain = phased.firstPhase
    let solvers: [any Solver] = [
      ClosedFormSolver(), Self.tight,
      GradientDescentSolver(
        step: 0.5, form: .iterated, momentum: Momentum(factor: 0.7, isNesterov: true)),
      GradientDescentSolver(
        step: 0.25, form: .iterated,
        sampling: BatchSampling(size: 5, seed: 3, reweightFrom: nil)),
    ]
    let times = [0.0, 2, 3, 5, 12]
    let pairs = zip(try run(phased, solvers, times: times), try run(plain, solvers, times: times))
    for (index, (own, other)) in pairs.enumerated() {
      let state = try #require(own.finalState?.unscaled)
      let expected = try #require(other.finalState?.unscaled)
      let error = (state - expected).norm / expected.norm
      #expect(error <= (index == 0 ? 1e-14 : index == 1 ? 1e-10 : 0), "\(index): \(error)")
      #expect(own.rows.map(\.zeta) == other.rows.map(\.zeta))
    }
  }

  /// A row at a switch is of the new phase.
  @Test func rowsAtASwitchShowTheNewPhase() throws {
    let problem = try ScenarioText.problem(
      Self.text(
        #"[{"until": 3, "set": {}}, {"set": {"model.loss.gamma": 0}}]"#,
        model: #", "loss": {"kind": "unhinged", "gamma": 1}"#))
    let trajectory = try run(problem, [ClosedFormSolver()], times: [0, 3])[0]
    var flow = try PreparedProblem(problem.firstPhase).exactFlow(until: 3)
    let state = try flow.snapshot(at: 3).state().unscaled
    let logits = problem.logits(state)
    let labels = problem.labels.partition.sortedLabels
    // At gamma = 0 the loss is minus the mean of the own logits.
    let own = labels.indices.map { logits[$0, labels[$0]] }.sum / Double(labels.count)
    let last = try #require(trajectory.rows.last)
    #expect(abs(last.value(0) + own) <= 1e-13 * abs(own))
  }

  /// The predicted limit is that of the last phase.
  @Test func predictionsAreOfTheLastPhase() throws {
    let problem = try ScenarioText.problem(
      Self.text(#"[{"until": 3, "set": {"model.class_weights": [1, 5, 9]}}, {"set": {}}]"#))
    let prepared = try PreparedProblem(problem)
    let direction = try #require(prepared.prediction.direction)
    var flow = try prepared.exactEvaluator(until: 50_000)
    #expect(try flow.snapshot(at: 50_000).distance(to: direction) <= 1e-9)
  }

  @Test func everyPhaseIsVerified() throws {
    let problem = try ScenarioText.problem(Self.text(Self.changing))
    let results = Verification(
      try PreparedProblem(problem), solvers: [NamedSolver(name: "ode", solver: Self.tight)], end: 14
    ).run()
    for result in results { #expect(!result.isFailure, "\(result)") }
    for phase in 1...4 {
      #expect(results.contains { $0.check.hasPrefix("phase \(phase): ") && $0.verdict == .pass })
    }
  }

  @Test(arguments: [
    (#"[{"set": {}}, {"set": {}}]"#, "phases[0].until"),
    (#"[{"until": 5}, {"until": 4}, {}]"#, "phases[1].until"),
    (#"[{"until": 5}, {"until": 9}]"#, "phases[1].until: the last phase lasts to the end"),
    (#"[{"until": 5, "set": {"model.classes": 4}}, {}]"#, "does not change in a phase"),
    (#"[{"until": 5, "set": {"model.loss.gamma": -1}}, {}]"#, "phases[0].model.loss.gamma: -1"),
    (
      #"[{"until": 5}, {"set": {"model.targets": {"kind": "multilabel", "sets": [[0], [1]]}}}]"#,
      "phases[1].model.targets: 2 groups of samples"
    ),
  ]) func mistakesAreNamed(phases: String, sentence: String) {
    let faults = ScenarioText.faults(Self.text(phases))
    #expect(faults.contains(sentence), "\(faults)")
  }

  @Test(arguments: [
    (#"{"kind": "gradient_descent", "step": 0.3}"#, "no whole number of steps"),
    (#"{"kind": "linearized"}"#, "one set of parameters"),
    (#"{"kind": "start_moments"}"#, "one set of parameters"),
    (
      #"{"kind": "gradient_descent", "step": 1, "form": "exact", "momentum": 0.5}"#,
      "begins with a velocity"
    ),
  ]) func solversThatCannotGoOnAreRefused(solver: String, sentence: String) {
    let phases = #"[{"until": 4, "set": {}}, {"set": {}}], "solvers": [\#(solver)]"#
    let faults = ScenarioText.faults(Self.text(phases))
    #expect(faults.contains(sentence), "\(faults)")
  }
}
