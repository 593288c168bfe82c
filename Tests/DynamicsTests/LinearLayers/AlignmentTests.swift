import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

/// Which starts are recognised as aligned, and what is said of the others.
@Suite struct AlignmentTests {
  /// Orthonormal columns of a random matrix.
  private static func frame(
    _ random: inout RandomNumbers, _ rows: Int, _ columns: Int
  ) throws -> Matrix {
    try random.matrix(rows, rows).singularValueDecomposition().left
      .permutingColumns(Array(0..<columns))
  }

  /// A start in turned frames, modes of one singular value turned into each other, every mode with sizes
  /// of its own, deviations within classes, and rests on what no mode passes through.
  private static func turned(_ depth: DepthProblem, sizes: [[Double]]) throws -> State {
    var random = RandomNumbers(11)
    let labels = try depth.labels()
    let modes = labels.modes
    let growing = modes.growing
    let (p, d, count) = (DepthProblem.dimension, DepthProblem.width, growing.count)
    let (first, second) = (
      try frame(&random, p, count), try frame(&random, d, count)
    )
    var turn = Matrix.identity(count)
    if Set(growing.map { modes.index[$0] }).count == 1 { turn = try frame(&random, count, count) }
    let left = modes.left.permutingColumns(growing).times(turn)
    let right = modes.right.permutingColumns(growing).times(turn)
    func across(_ frame: Matrix) -> Matrix {
      Matrix.identity(frame.rows) - frame.timesTransposed(frame)
    }
    func size(_ factor: Int) -> [Double] { sizes.map { $0[factor] } }
    let means = first.scalingColumns(by: size(0)).timesTransposed(right)
      .scalingColumns(by: depth.sizes.map { 1 / Double($0).squareRoot() })
    let noise = random.matrix(p, labels.partition.sampleCount)
    let noiseMeans = labels.classSums(noise).scalingColumns(by: depth.sizes.map { 1 / Double($0) })
    let rest = across(second).times(random.matrix(d, p)).times(across(first))
    let lower = second.scalingColumns(by: size(1)).timesTransposed(first) + 0.3 * rest
    let upper = left.scalingColumns(by: size(2)).timesTransposed(second)
    return State(
      features: labels.repeated(means) + 0.2 * (noise - labels.repeated(noiseMeans)),
      layers: [lower, upper])
  }

  private static let balanced = DepthProblem("balanced") { $0.sizes = [3, 3, 3, 3] }
  private static let unequal = DepthProblem("unequal") { $0.gamma = 0.15 }
  private static let sizes: [[Double]] = [
    [1.2, 0.7, 0.5], [0.6, 0.9, 0.8], [0.4, 0.4, -0.3], [0.5, 0.2, 0.7],
  ]

  @Test(arguments: [balanced, unequal]) func turnedStartsHaveAClosedForm(
    depth: DepthProblem
  ) throws {
    let count = try depth.labels().modes.growing.count
    let state = try Self.turned(depth, sizes: Array(Self.sizes.prefix(count)))
    var decaying = depth
    decaying.decay = 0.03
    for depth in [depth, decaying] {
      let problem = try depth.problem(from: state)
      #expect(problem.exactRefusal == nil)
      let times = try problem.times([0.2, 0.85])
      let control = StepControl.adaptive(relative: 1e-13, absolute: 1e-15)
      let expected = try OdeSolver(method: .dop853, control: control).states(of: problem, at: times)
      for (own, other) in zip(
        try ClosedFormSolver().states(of: problem, at: times), expected)
      {
        #expect((own - other).norm <= 2e-12 * other.norm)
        for (layer, expected) in zip(own.layers, other.layers) {
          #expect((layer - expected).elements.norm <= 2e-12 * other.norm)
        }
      }
    }
  }

  /// A start that differs by more than rounding is not aligned.
  @Test func deviationsAreSeen() throws {
    let depth = DepthProblem("layers")
    let aligned = try depth.problem().initialState
    for (size, isAligned) in [(1e-10, false), (1e-14, true)] {
      var state = aligned
      state.layers[0][2, 0] += size
      let problem = try depth.problem(from: State(features: state.features, layers: state.layers))
      #expect(problem.hasExactFlow == isAligned, "\(size)")
      var features = aligned
      features.features[0, 3] += size
      // A deviation within a class does not matter, that of a mean does.
      #expect(try depth.problem(from: features).hasExactFlow == isAligned, "\(size)")
    }
  }

  /// Two factors of zero: nothing moves but by decay, at rates that need not be equal.
  @Test func modesWithoutTwoFactorsOnlyDecay() throws {
    let depth = DepthProblem("two layers of zeros") {
      $0.factors = [1.5, 0, 0]
      $0.decay = 0.2
    }
    let problem = try depth.problem()
    let state = try #require(try ClosedFormSolver().states(of: problem, at: [3]).first)
    let expected = exp(-0.2 * 1.5) * problem.initialState.features
    #expect((state.features - expected).elements.norm <= 1e-15 * expected.elements.norm)
    #expect(state.layers == problem.initialState.layers)
    #expect(try problem.blowUpTime() == .infinity)
  }

  @Test func refusalsNameWhatIsMissing() throws {
    func refusal(_ change: (inout DepthProblem) -> Void) throws -> String {
      try #require(ClosedFormSolver().refusal(of: try DepthProblem("refused", change).problem()))
    }
    #expect(
      try refusal { $0.factors = [1, 1, 0.5, 1] }.contains("more layers of equal size"))
    var random = RandomNumbers(5)
    let depth = DepthProblem("random")
    let labels = try depth.labels()
    let drawn = State(
      features: random.matrix(DepthProblem.dimension, labels.partition.sampleCount),
      layers: [
        random.matrix(DepthProblem.width, DepthProblem.dimension),
        random.matrix(4, DepthProblem.width),
      ])
    let problem = try depth.problem(from: drawn)
    let text = try #require(ClosedFormSolver().refusal(of: problem))
    #expect(text.contains("aligned starts only") && text.contains("list ode or gradient_descent"))
    let exact = GradientDescentSolver(step: 0.1, form: .exact)
    #expect(try #require(exact.refusal(of: problem)).contains("exact descent from aligned starts"))
    #expect(try PreparedProblem(problem).prediction.blowUp == nil)
    var other = try depth.problem()
    other.rates = LearningRates(
      prototypes: ConstantSchedule(1),
      features: .schedule(InverseSqrtSchedule(value: 1, timescale: 2)))
    #expect(other.exactRefusal?.contains("proportional learning rates only") == true)
    let unequal = Problem(
      model: other.model, labels: labels,
      decay: WeightDecay(features: 0.1, prototypes: 0.1, bias: 0, layers: [0.1, 0.2]),
      start: other.start, rates: LearningRates(prototypes: ConstantSchedule(1)))
    #expect(unequal.exactRefusal?.contains("equal weight decay only") == true)
  }

  /// Widths that leave no direction for a mode are named.
  @Test func narrowStartsAreRefused() throws {
    let labels = try DepthProblem("narrow").labels()
    let start = AlignedStart(sizes: [1, 1, 1])
    let fault = #expect(throws: Fault.self) {
      try start.state(labels, dimension: 5, widths: [2], bias: nil)
    }
    #expect(fault?.message.contains("3 modes that grow") == true)
    #expect(fault?.message.contains("model.layers.width is 2") == true)
    let narrow = #expect(throws: Fault.self) {
      try start.state(labels, dimension: 2, widths: [5], bias: nil)
    }
    #expect(narrow?.message.contains("model.feature_dimension is 2") == true)
    #expect(try start.state(labels, dimension: 3, widths: [3], bias: nil).layers.count == 2)
  }

  /// Without layers an aligned start is features and prototypes, whose modes follow 2 x 2 systems.
  @Test func prototypesAreTwoFactors() throws {
    let depth = DepthProblem("prototypes")
    let labels = try depth.labels()
    let state = try AlignedStart(sizes: [2, 0.5]).state(
      labels, dimension: 5, widths: [], bias: nil)
    let problem = Problem(
      modelCase: .unconstrained, loss: depth.loss, labels: labels,
      initialState: state, rates: LearningRates(prototypes: ConstantSchedule(1)))
    let end = try #require(try ClosedFormSolver().states(of: problem, at: [3]).first)
    for (row, mode) in labels.modes.growing.enumerated() {
      let angle = 3 * labels.modes.values[mode]
      let expected = 2 * cosh(angle) + 0.5 * sinh(angle)
      let parts = labels.project(end.features)
      let size = (0..<4).map { parts[row, $0] * labels.modes.right[$0, mode] }.sum
      #expect(abs(size / expected - 1) <= 1e-14)
      let own = (0..<4).map { end.prototypes[row, $0] * labels.modes.left[$0, mode] }.sum
      #expect(abs(own / (2 * sinh(angle) + 0.5 * cosh(angle)) - 1) <= 1e-14)
    }
    let reduced = try AlignedStart(sizes: [2, 0.5]).state(
      labels, dimension: 5, widths: [], bias: nil, isReduced: true)
    #expect((labels.project(state.features) - reduced.features).elements.norm <= 1e-15)
  }
}

/// What solvers say when they meet the blow-up.
@Suite struct BlowUpFailureTests {
  private func failure(_ solver: any Solver, _ problem: Problem, at time: Double) throws -> String {
    let failure = #expect(throws: SolverFailure.self) {
      try solver.states(of: problem, at: [0, time])
    }
    return try #require(failure).description
  }

  @Test func theTimeIsNamedWhereItIsKnown() throws {
    let problem = try DepthProblem("layers").problem()
    let last = try problem.blowUpTime()
    let control = StepControl.adaptive(relative: 1e-10, absolute: 1e-12)
    for solver: any Solver in [
      ClosedFormSolver(), OdeSolver(method: .rk8pd, control: control),
      OdeSolver(method: .dopri5, control: control),
      GradientDescentSolver(step: last / 100, form: .iterated),
    ] {
      let text = try failure(solver, problem, at: 1.5 * last)
      #expect(text.contains("blows up in finite time, here at t = \(last)"), "\(text)")
    }
    let exact = GradientDescentSolver(step: last / 100, form: .exact)
    #expect(
      try failure(exact, problem, at: 1.5 * last).contains("grow faster than any exponential"))
  }

  @Test func otherStartsNameTheLeadingMode() throws {
    var random = RandomNumbers(8)
    let depth = DepthProblem("random")
    let labels = try depth.labels()
    let drawn = State(
      features: random.matrix(DepthProblem.dimension, labels.partition.sampleCount),
      layers: [
        random.matrix(DepthProblem.width, DepthProblem.dimension),
        random.matrix(4, DepthProblem.width),
      ])
    let problem = try depth.problem(from: drawn)
    let solver = OdeSolver(
      method: .dop853, control: .adaptive(relative: 1e-9, absolute: 1e-12))
    let text = try failure(solver, problem, at: 1000)
    #expect(text.contains("no closed form from a start that is not aligned"))
    #expect(text.contains("the mode with singular value \(labels.modes.largestValue) leads"))
  }
}
