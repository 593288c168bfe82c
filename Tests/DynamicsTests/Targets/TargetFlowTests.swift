import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// The reduction to groups of one target, against the exponential of the full matrix and against
/// problems that are the same in other words.
@Suite struct TargetFlowTests {
  #if arch(x86_64)
    @Test(arguments: TargetProblems.all, [0.0, 1, 20])
    func closedFormsAreTheExponential(_ sample: SmallProblem, time: Double) throws {
      let problem = try sample.problem()
      let prepared = try PreparedProblem(problem)
      var flow = try prepared.exactFlow(until: time)
      let state = try flow.snapshot(at: time).state().unscaled
      // The reference holds prototypes that move.
      guard problem.movesPrototypes else { return }
      let error = ExtendedPrecisionFlow(problem, time: time).relativeError(of: state)
      #expect(error <= 2e-14, "\(error)")
    }
  #endif

  /// The distance of an integration of the full state from the exact flow.
  private func integrationError(_ problem: Problem, until end: Double) throws -> Double {
    let prepared = try PreparedProblem(problem)
    var exact = try prepared.exactFlow(until: end)
    let expected = try exact.snapshot(at: end)
    let solver = OdeSolver(
      method: .rk8pd, control: .adaptive(relative: 1e-12, absolute: 1e-13))
    return try solver.final(prepared, at: end).relativeError(against: expected)
  }

  /// Integration of the full state by the general right-hand side, which knows no modes.
  @Test(arguments: TargetProblems.all) func integrationAgrees(_ sample: SmallProblem) throws {
    let error = try integrationError(try sample.problem(), until: 8)
    #expect(error <= 1e-10, "\(error)")
  }

  /// Steps of exact descent and of descent on the full state.
  @Test(arguments: TargetProblems.all, [0.0, 0.8])
  func descentAgrees(_ sample: SmallProblem, momentum: Double) throws {
    let prepared = try PreparedProblem(try sample.problem())
    let inertia = Momentum(factor: momentum, isNesterov: false)
    let iterated = GradientDescentSolver(
      step: 0.1, form: .iterated, momentum: inertia)
    var exact = try #require(prepared.exactDescent(step: 0.1, momentum: inertia))
    let expected = try exact.snapshot(at: 5)
    let error = try iterated.final(prepared, at: 5).relativeError(against: expected)
    #expect(error <= 1e-12, "\(error)")
  }

  /// A drawn noise is the problem with the given labels: other groups, the same flow.
  @Test(arguments: [1, 2, 3] as [UInt64]) func drawnNoiseIsTheGivenLabels(seed: UInt64) throws {
    var sample = SmallProblem("drawn") {
      $0.sizes = [9, 8, 7]
      $0.weights = .inverseSqrtFrequency
      $0.targets = NoisyTargets(noise: .symmetric(0.5), seed: seed)
    }
    let noisy = try sample.problem()
    let given = try #require(noisy.labels.targets.givenClasses)
    let partition = try ClassPartition(
      labels: noisy.labels.partition.sortedLabels.map { given[$0] }, classCount: 3)
    let start = noisy.initialState
    let plain = Problem(
      modelCase: .unconstrained, loss: UnhingedLoss(gamma: sample.gamma),
      labels: try LabelOperator(
        partition: partition, loss: UnhingedLoss(gamma: sample.gamma),
        classWeights: sample.weights),
      initialState: State(
        features: partition.sorting(start.features), prototypes: start.prototypes),
      rates: noisy.rates)
    sample.targets = nil
    func final(_ problem: Problem) throws -> State {
      var flow = try PreparedProblem(problem).exactFlow(until: 15)
      return try flow.snapshot(at: 15).state().unscaled
    }
    let (own, other) = (try final(noisy), try final(plain))
    let difference = State(
      features: own.features - partition.restoring(other.features),
      prototypes: own.prototypes - other.prototypes)
    #expect(difference.norm <= 1e-13 * own.norm)
  }

  /// The mean over all labels that noise may give is the expectation, class weights and all: the
  /// gradient of the expected loss by brute force.
  @Test(arguments: [ClassWeights.uniform, .list([0.5, 2, 1])])
  func expectedNoiseIsTheMeanOfItsLosses(_ weights: ClassWeights) throws {
    let rule = NoisyTargets(noise: .confusion(TargetProblems.confusion))
    let losses: [any Loss] = [
      UnhingedLoss(gamma: 0.2), CrossEntropyLoss(), FocalLoss(exponent: 2),
      VectorScalingLoss(multipliers: [1, 2, 0.5], offsets: [0.1, -0.4, 0.7]),
    ]
    for loss in losses {
      let problem = try SmallProblem("noise") {
        $0.sizes = [3, 2, 4]
        $0.targets = rule
        $0.weights = weights
        $0.otherLoss = loss
      }.problem()
      let logits = problem.logits(problem.initialState)
      var expected = 0.0
      for (sample, label) in problem.labels.partition.sortedLabels.enumerated() {
        let own = logits.elements.span.extracting(logits.range(ofRow: sample))
        let omega = weights.values(for: [1, 1, 1])
        for given in 0..<3 {
          expected +=
            TargetProblems.confusion[label, given] * omega[given]
            * loss.value(logits: own, label: given) / 9
        }
      }
      let found = problem.meanLoss(problem.initialState)
      #expect(abs(found - expected) <= 1e-14 * max(1, abs(expected)))
    }
  }

  /// Features that move through a kernel, under all targets, against integration.
  @Test(arguments: TargetProblems.rules.indices) func kernelsAgree(index: Int) throws {
    let (name, rule, sizes) = TargetProblems.rules[index]
    let problem = try SmallProblem(name) {
      $0.modelCase = .ntkInvariant
      $0.kernel = .kronecker
      $0.targets = rule
      $0.sizes = sizes
    }.problem()
    let error = try integrationError(problem, until: 4)
    #expect(error <= 1e-10, "\(error)")
  }

  /// Normalised features and squared error under fixed prototypes, against integration.
  @Test(arguments: TargetProblems.rules.indices, [false, true])
  func fixedPrototypesAgree(index: Int, isSpherical: Bool) throws {
    let (name, rule, sizes) = TargetProblems.rules[index]
    let problem = try SmallProblem(name) {
      $0.modelCase = isSpherical ? .spherical : .anchored
      $0.targets = rule
      $0.sizes = sizes
      if !isSpherical { $0.otherLoss = MeanSquaredErrorLoss() }
    }.problem()
    let error = try integrationError(problem, until: 4)
    #expect(error <= 1e-9, "\(error)")
  }
}

extension Solver {
  /// The last snapshot of a trajectory to one time.
  fileprivate func final(_ prepared: PreparedProblem, at time: Double) throws -> any Snapshot {
    var cost = SolverCost()
    var last: (any Snapshot)?
    try follow(prepared, at: [0, time], cost: &cost) { snapshot in
      last = FullSnapshot(
        time: snapshot.time, problem: prepared.problem, state: snapshot.state().unscaled)
      return true
    }
    return try #require(last)
  }
}
