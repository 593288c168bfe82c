import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Spectral descent from aligned starts: all singular values grow by the step size.
@Suite struct SpectralGrowthTests {
  private static let step = 0.3

  private static func solver(
    _ momentum: Momentum = .none, sampling: BatchSampling = .none
  ) -> SteepestDescentSolver {
    SteepestDescentSolver(
      direction: SpectralDirection(),
      settings: DescentSettings(step: step, momentum: momentum, sampling: sampling))
  }

  /// The factors A and W' or layers of a state.
  private static func factors(_ state: State, _ labels: LabelOperator) -> [Matrix] {
    [labels.project(state.features)]
      + (state.layers.isEmpty ? [state.prototypes.transposed] : state.layers)
  }

  /// The singular values of decompositions of the states, against those of the start plus the sums of
  /// the rates by hand.
  @Test(arguments: AlignedFactors.all, [1, 2, 25])
  func singularValuesGrowByTheStepSize(aligned: AlignedFactors, steps: Int) throws {
    let (problem, values) = try aligned.problem()
    let state = try Self.solver().states(of: problem, at: [Double(steps) * Self.step])[0]
    let rates = (0..<steps).map { problem.rates.rates(at: Double($0) * Self.step) }
    let growth = (
      features: Self.step * rates.map(\.features).sum,
      prototypes: Self.step * rates.map(\.prototypes).sum
    )
    for (index, factor) in Self.factors(state, problem.labels).enumerated() {
      let amount = index == 0 ? growth.features : growth.prototypes
      let found = try factor.singularValueDecomposition().values
      let expected = values[index].map { $0 + amount }
      for (own, other) in zip(found, expected) { #expect(abs(own - other) <= 1e-10 * expected[0]) }
      for rest in found.dropFirst(expected.count) { #expect(rest <= 1e-10 * expected[0]) }
    }
  }

  /// Deviations from the class means stay, and modes without singular value.
  @Test func nothingElseMoves() throws {
    let (problem, _) = try AlignedFactors("deviating") { $0.deviation = 0.4 }.problem()
    let labels = problem.labels
    func deviations(_ features: Matrix) -> Matrix {
      let means = labels.classSums(features)
        .scalingColumns(by: labels.partition.sizes.map { 1 / Double($0) })
      return features - labels.repeated(means)
    }
    let state = try Self.solver().states(of: problem, at: [6])[0]
    let change = deviations(state.features) - deviations(problem.initialState.features)
    #expect(change.elements.norm <= 1e-13)
    // At gamma = 1/(C-1) the common mode of the prototypes has sigma = 0.
    let common = state.prototypes.times(Matrix(rows: 4, columns: 1) { _, _ in 1 })
    #expect(common.elements.norm <= 1e-13)
  }

  /// Opposite signs of a_j and w_j: both shrink by the step size.
  @Test func oppositeSignsShrink() throws {
    let (problem, values) = try AlignedFactors("small steps") {
      $0.rates = LearningRates(prototypes: ConstantSchedule(0.01))
    }.problem()
    let start = problem.initialState
    let opposite = problem.starting(
      from: State(features: start.features, prototypes: -1 * start.prototypes))
    let state = try Self.solver().states(of: opposite, at: [5 * Self.step])[0]
    for (factor, values) in zip(Self.factors(state, problem.labels), values) {
      let found = try factor.singularValueDecomposition().values
      for (own, before) in zip(found, values) {
        #expect(abs(own - (before - 5 * 0.01 * Self.step)) <= 1e-13)
      }
    }
  }

  /// The closed form against the iterated states, as `verify` does, momentum included.
  @Test(
    arguments: AlignedFactors.all,
    [
      Momentum.none, Momentum(factor: 0.9, isNesterov: false),
      Momentum(factor: 0.9, isNesterov: true),
    ])
  func theCheckPasses(aligned: AlignedFactors, momentum: Momentum) throws {
    let result = try check(try aligned.problem().problem, Self.solver(momentum))
    #expect(result.verdict == .pass, "\(result)")
  }

  /// Directions that only nearly are U V' are found by the closed form too.
  @Test(arguments: AlignedFactors.all) func theCheckFindsShorterSteps(
    aligned: AlignedFactors
  ) throws {
    let (problem, _) = try aligned.problem()
    let growth = try #require(try SpectralGrowth(problem))
    let state = growth.state(after: RatePair(features: 1, prototypes: 1))
    let short = growth.state(after: RatePair(features: 0.999, prototypes: 1))
    #expect((state.features - short.features).elements.norm > 1e-6)
  }

  @Test func theCheckSaysWhereItDoesNotApply() throws {
    let (problem, _) = try AlignedFactors("four sizes").problem()
    func reason(_ problem: Problem, _ solver: SteepestDescentSolver = Self.solver()) throws
      -> String
    {
      guard case .notApplicable(let reason) = try check(problem, solver).verdict else { return "" }
      return reason
    }
    var random = RandomNumbers(3)
    let start = problem.initialState
    let random1 = problem.starting(
      from: State(features: random.matrix(6, 12), prototypes: start.prototypes))
    #expect(try reason(random1).contains("is not aligned"))
    // One rotation of the prototypes alone.
    let rotation = try random.matrix(6, 6).singularValueDecomposition().left
    let turned = problem.starting(
      from: State(features: start.features, prototypes: rotation.times(start.prototypes)))
    #expect(try reason(turned).contains("is not aligned"))
    let batches = BatchSampling(size: 4, seed: 1, reweightFrom: nil)
    #expect(try reason(problem, Self.solver(sampling: batches)).contains("steps on batches"))
    let entropy = try LandscapeProblem.layerPeeled(sizes: [3, 2], dimension: 4, seed: 1)
    #expect(try reason(entropy).contains("only the unhinged loss"))
    let decaying = try LandscapeProblem.layerPeeled(
      sizes: [4, 3, 3, 2], loss: UnhingedLoss.averaged(classCount: 4),
      decay: WeightDecay(features: 0.1, prototypes: 0.1, bias: 0), state: start)
    #expect(try reason(decaying).contains("weight decay"))
    // Sign descent has no such check.
    let signs = SteepestDescentSolver(
      direction: SignDirection(), settings: DescentSettings(step: 1))
    #expect(try results(problem, signs).isEmpty)
  }

  private func check(_ problem: Problem, _ solver: SteepestDescentSolver) throws -> CheckResult {
    try #require(try results(problem, solver).first)
  }

  private func results(
    _ problem: Problem, _ solver: SteepestDescentSolver
  ) throws -> [CheckResult] {
    let verification = Verification(
      try PreparedProblem(problem), solvers: [NamedSolver(name: "spectral", solver: solver)],
      end: 30 * Self.step)
    return SpectralGrowthCheck().results(for: verification)
  }
}
