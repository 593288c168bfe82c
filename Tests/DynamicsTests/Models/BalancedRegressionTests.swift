import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

/// The closed form of squared error from balanced starts, against integrations, the geometry of its
/// minimisers and laws of scale.
@Suite struct BalancedRegressionTests {
  private static let sizes = [6, 3, 2, 1]

  private static func snapshots(_ problem: Problem, _ times: [Double]) throws -> [any Snapshot] {
    var flow = try PreparedProblem(problem).exactEvaluator(until: times.last ?? 0)
    return try times.map { try flow.snapshot(at: $0) }
  }

  static let problems: [BalancedProblem] = [
    BalancedProblem(sizes, dimension: 5), BalancedProblem(sizes, dimension: 5, decay: 0.05),
    BalancedProblem(sizes, dimension: 3), BalancedProblem(sizes, dimension: 1, decay: 0.02),
    BalancedProblem(sizes, dimension: 9, decay: 0.3),
    BalancedProblem(sizes, dimension: 4, decay: 3.0.squareRoot() / 12),
    BalancedProblem(sizes, dimension: 6, decay: 0.01, scale: 1e-3),
    BalancedProblem([3, 3, 3], dimension: 4, decay: 3.0.squareRoot() / 9),
    BalancedProblem([2, 1], dimension: 2, decay: 0.1, scale: 3),
    BalancedProblem([1, 1, 1, 1], dimension: 6, decay: 0.2),
    BalancedProblem(
      sizes, dimension: 5, decay: 0.04,
      schedule: CosineSchedule(value: 1.5, final: 0.1, period: 12)),
    BalancedProblem(
      sizes, dimension: 5, schedule: InverseSqrtSchedule(value: 0.7, timescale: 2)),
  ]

  /// Inner products against those of an integration of the full state.
  @Test(arguments: problems) func theClosedFormIsTheFlow(balanced: BalancedProblem) throws {
    let problem = try balanced.problem()
    let times = [0, 0.3, 4, 20, 60]
    let exact = try Self.snapshots(problem, times)
    let solver = OdeSolver(
      method: .dop853, control: .adaptive(relative: 1e-13, absolute: 1e-15 * balanced.scale))
    var cost = SolverCost()
    var row = 0
    try solver.follow(try PreparedProblem(problem), at: times, cost: &cost) { snapshot in
      #expect(snapshot.relativeError(against: exact[row]) <= 1e-11, "t = \(times[row])")
      row += 1
      return true
    }
    #expect(row == times.count)
    #expect(exact[0].state().unscaled == problem.initialState)
  }

  /// H H' = W W' at every time.
  @Test(arguments: problems) func balanceIsConserved(balanced: BalancedProblem) throws {
    for snapshot in try Self.snapshots(try balanced.problem(), [1e-9, 1, 50, 1e4, 1e9]) {
      #expect(snapshot.state().state.imbalance <= 1e-14)
    }
  }

  /// Far out the state is the global minimiser that `geometry` predicts, whatever the start.
  @Test(arguments: [0.002, 0.02, 0.1, 0.15], [1, 1e-8, 1e-150])
  func theLimitIsTheGlobalMinimiser(decay: Double, scale: Double) throws {
    let balanced = BalancedProblem(Self.sizes, dimension: 4, decay: decay, scale: scale)
    let problem = try balanced.problem()
    let geometry = try #require(problem.predictedGeometry).solution()
    let state = try Self.snapshots(problem, [1e7])[0].state().unscaled
    let means = problem.labels.classSums(state.features)
      .scalingColumns(by: Self.sizes.map { 1 / Double($0) })
    for (own, expected) in [
      (state.prototypes.transposedTimes(state.prototypes), geometry.gramPrototypes),
      (means.transposedTimes(means), geometry.gramClassMeans),
      (state.prototypes.transposedTimes(means), geometry.logits),
    ] {
      #expect((own - expected).elements.norm <= 1e-13 * expected.elements.norm)
    }
    let objective = FullSnapshot(time: 0, problem: problem, state: state).objective().objective
    #expect(abs(objective - geometry.objective) <= 1e-13 * geometry.objective)
  }

  /// Without decay the logits are the labels in the end and |w_c|^2 = sqrt n_c; with too few dimensions
  /// the largest classes have them.
  @Test(arguments: [4, 2]) func withoutDecayTheLabelsAreReached(dimension: Int) throws {
    let problem = try BalancedProblem(Self.sizes, dimension: dimension).problem()
    let state = try Self.snapshots(problem, [1e6])[0].state().unscaled
    let logits = state.prototypes.transposedTimes(state.features)
    let gram = state.prototypes.transposedTimes(state.prototypes)
    for (sample, label) in problem.labels.partition.sortedLabels.enumerated() {
      for other in 0..<4 {
        let expected = other == label && label < dimension ? 1.0 : 0
        #expect(abs(logits[other, sample] - expected) <= 1e-13)
      }
    }
    for label in 0..<4 {
      let expected = label < dimension ? Double(Self.sizes[label]).squareRoot() : 0
      #expect(abs(gram[label, label] - expected) <= 1e-13)
    }
  }

  /// While the state is small it grows linearly, whatever its scale, and the powers of ten cancel.
  @Test func smallStartsGrowAlike() throws {
    let norms = try [1e-150, 1e-120].map { scale in
      let problem = try BalancedProblem(Self.sizes, dimension: 4, scale: scale).problem()
      return try Self.snapshots(problem, [1, 100]).map { $0.logNorm() - log(scale) }
    }
    for (first, second) in zip(norms[0], norms[1]) { #expect(abs(first - second) <= 2e-13) }
  }

  /// Above the largest singular value everything decays, in the end at the rate lambda - sigma_1, far
  /// below the smallest double.
  @Test func aDecayingStateGoesOn() throws {
    let balanced = BalancedProblem(Self.sizes, dimension: 4, decay: 0.3)
    let snapshots = try Self.snapshots(try balanced.problem(), [1e4, 2e4])
    let rate = (snapshots[0].logNorm() - snapshots[1].logNorm()) / 1e4
    #expect(abs(rate - (0.3 - balanced.singularValues[0])) <= 1e-14)
    #expect(snapshots[1].logScale < -900)
  }

  /// Across a decay that equals a singular value, where an exponent is zero, nothing jumps.
  @Test(arguments: [1.0, 30, 1e4]) func criticalDecaysAreNoException(time: Double) throws {
    let critical = BalancedProblem(Self.sizes, dimension: 4).singularValues[1]
    let around = try [critical * (1 - 1e-14), critical, critical * (1 + 1e-14)].map { decay in
      let balanced = BalancedProblem(Self.sizes, dimension: 4, decay: decay)
      return try Self.snapshots(try balanced.problem(), [time])[0]
    }
    for index in [0, 2] {
      #expect(around[index].relativeError(against: around[1]) <= 1e-13 * max(1, time * 0.1))
    }
  }

  /// Two prototypes that are equal, and their classes' features, stay so: what rounding makes of their
  /// difference does not grow.
  @Test func equalPrototypesStayEqual() throws {
    let frame = Matrix(rows: 4, columns: 2, elements: [1, 0, 0, 1, 1, 0, 0, 1].map { $0 * 0.7 })
    var random = RandomNumbers(4)
    let vector = random.matrix(3, 1)
    let prototypes = Matrix(rows: 3, columns: 2) { row, _ in vector[row, 0] }
    let features = prototypes.timesTransposed((1 / 0.98.squareRoot()) * frame)
    let balanced = BalancedProblem([2, 2], dimension: 3)
    let problem = try balanced.problem(from: State(features: features, prototypes: prototypes))
    let state = try Self.snapshots(problem, [1e3])[0].state().unscaled
    #expect((state.prototypes.column(0).norm - state.prototypes.column(1).norm).magnitude <= 1e-14)
    let values = try state.prototypes.singularValueDecomposition().values
    #expect(values[1] <= 1e-14 * values[0] && values[0] > 0.5)
  }

  /// A start of zeros stays there.
  @Test func zeroStaysZero() throws {
    let balanced = BalancedProblem([2, 1], dimension: 2)
    let zero = State(features: Matrix(rows: 2, columns: 3), prototypes: Matrix(rows: 2, columns: 2))
    let snapshot = try Self.snapshots(try balanced.problem(from: zero), [10])[0]
    #expect(snapshot.state().unscaled == zero)
  }

  /// Every cross-check passes or says why it does not apply.
  @Test(arguments: problems) func verificationPasses(balanced: BalancedProblem) throws {
    let solvers: [NamedSolver] = [
      NamedSolver(
        name: "ode",
        solver: OdeSolver(
          method: .rk8pd, control: .adaptive(relative: 1e-10, absolute: 1e-12 * balanced.scale))),
      NamedSolver(name: "gd", solver: GradientDescentSolver(step: 0.05, form: .iterated)),
    ]
    let prepared = try PreparedProblem(try balanced.problem())
    let results = Verification(prepared, solvers: solvers, end: 20).run()
    #expect(results.filter(\.isFailure).map(\.check) == [])
    #expect(results.contains { $0.check == "exact flow against ode" && $0.verdict == .pass })
    #expect(
      results.contains {
        $0.check == "composition over split intervals" && $0.verdict == .pass
      })
  }
}

/// Where squared error has no closed form, and why.
@Suite struct BalancedRegressionRefusalTests {
  private let balanced = BalancedProblem([3, 2, 1], dimension: 4, decay: 0.1)

  private func refusal(_ problem: Problem) -> String? {
    #expect(problem.hasExactFlow == (problem.exactRefusal == nil))
    #expect(ClosedFormSolver().refusal(of: problem) == nil || !problem.hasExactFlow)
    return problem.exactRefusal
  }

  @Test func aBalancedStartIsAccepted() throws {
    #expect(refusal(try balanced.problem()) == nil)
    #expect(try PreparedProblem(try balanced.problem()).hasClosedForm)
  }

  @Test func everyConditionIsNamed() throws {
    let start = try balanced.start()
    let biased = State(
      features: start.features, prototypes: start.prototypes, bias: [0, 0, 0])
    var tilted = start
    tilted.prototypes = (1 + 1e-10) * start.prototypes
    let one = ConstantSchedule(1)
    let expected: [(Problem, String, String)] = [
      (try balanced.problem(from: biased), "without a bias", "model.bias to false"),
      (
        try balanced.problem(weights: .list([1, 2, 1])), "one is 2.0",
        "class_weights to \"uniform\""
      ),
      (
        try balanced.problem(decay: WeightDecay(features: 0.1, prototypes: 0.2, bias: 0)),
        "which are 0.1 and 0.2", "one number as model.weight_decay"
      ),
      (
        try balanced.problem(rates: LearningRates(prototypes: one, features: .proportional(2))),
        "2.0 times the other", "learning_rate.features.ratio to 1"
      ),
      (
        try balanced.problem(
          rates: LearningRates(
            prototypes: one,
            features: .schedule(InverseSqrtSchedule(value: 1, timescale: 1)))),
        "a schedule of their own", "leave learning_rate.features out"
      ),
      (try balanced.problem(from: tilted), "from balanced starts only", "\"kind\": \"balanced\""),
    ]
    for (problem, reason, remedy) in expected {
      let text = try #require(refusal(problem))
      #expect(text.contains(reason) && text.contains(remedy), "\(text)")
      #expect(try PreparedProblem(problem).solution == nil)
    }
  }

  /// What rounding makes of a balanced start is balanced, at any scale.
  @Test(arguments: [1e-200, 1, 1e150]) func balanceHasNoScale(scale: Double) throws {
    var scaled = balanced
    scaled.scale = scale
    #expect(try scaled.start().imbalance <= 1e-15)
  }

  @Test func descentHasNoExactForm() throws {
    let exact = GradientDescentSolver(step: 0.1, form: .exact)
    let text = try #require(exact.refusal(of: try balanced.problem()))
    #expect(
      text
        == "squared error has exact descent with fixed prototypes (case anchored) only: use "
        + "\"form\": \"iterated\"")
  }
}

/// What is known up to a rotation of the feature space.
@Suite struct RotationTests {
  private static func rotation(_ size: Int) throws -> Matrix {
    var random = RandomNumbers(21)
    let decomposition = try random.matrix(size, size).singularValueDecomposition()
    return decomposition.left.timesTransposed(decomposition.right)
  }

  /// Every observable that the closed form reports is the same of a turned state.
  @Test func observablesDoNotSeeRotations() throws {
    let problem = try BalancedProblem([4, 3, 2], dimension: 5, decay: 0.03).problem()
    let prepared = try PreparedProblem(problem)
    var flow = try prepared.exactEvaluator(until: 7)
    let state = try flow.snapshot(at: 7).state().unscaled
    let rotation = try Self.rotation(5)
    let turned = State(
      features: rotation.times(state.features), prototypes: rotation.times(state.prototypes))
    let values = [state, turned].map { state in
      let snapshot = FullSnapshot(time: 7, problem: problem, state: state)
      let observation = Observation(snapshot) { prepared.prediction }
      return Observables.all.filter { $0.applies(problem) }.map { $0.value(observation) }
    }
    let names = Observables.all.filter { $0.applies(problem) }.map(\.name)
    for (index, name) in names.enumerated() {
      let (first, second) = (values[0][index], values[1][index])
      #expect(
        (first.isNaN && second.isNaN) || abs(first - second) <= 1e-12 * max(abs(first), 1e-3),
        "\(name): \(first) and \(second)")
    }
    let directions = ["direction_distance", "limit_distance_h", "projection_distance_w"]
    for name in directions {
      let index = try #require(names.firstIndex(of: name))
      #expect(values[0][index].isNaN, "\(name)")
    }
  }

  /// The comparison of inner products is that of the Gram matrices themselves, and has their digits
  /// where they are nearly equal.
  @Test(arguments: [1, 1e-3, 1e-9]) func gramErrorsAreThoseOfGramMatrices(size: Double) throws {
    let problem = try BalancedProblem([4, 3, 2], dimension: 5).problem()
    let state = problem.initialState
    var random = RandomNumbers(8)
    let change = State(
      features: size * random.matrix(5, 9), prototypes: size * random.matrix(5, 3))
    let rotation = try Self.rotation(5)
    let other = State(
      features: rotation.times(state.features + change.features),
      prototypes: rotation.times(state.prototypes + change.prototypes))
    func joined(_ state: State) -> Matrix {
      Matrix(rows: 5, columns: 12) {
        $1 < 9 ? state.features[$0, $1] : state.prototypes[$0, $1 - 9]
      }
    }
    let (z, d) = (joined(state), joined(change))
    // Z'Z of the changed state less that of the other, term by term.
    let difference =
      z.transposedTimes(d) + d.transposedTimes(z) + d.transposedTimes(d)
    let expected = difference.elements.norm / z.transposedTimes(z).elements.norm
    let own = FullSnapshot(time: 0, problem: problem, state: other)
    let reference = FullSnapshot(
      time: 0, problem: problem, state: ScaledState(state), isUpToRotation: true)
    let error = own.relativeError(against: reference)
    #expect(abs(error - expected) <= 1e-14 + 1e-12 * expected)
    #expect(reference.relativeError(against: reference) <= 1e-15)
  }
}
