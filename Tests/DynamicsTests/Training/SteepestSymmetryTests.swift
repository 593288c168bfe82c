import DynNumerics
import Dynamics
import TestSupport
import Testing

/// What spectral and sign descent do not depend on: rotations, order of classes, scale.
@Suite struct SteepestSymmetryTests {
  private static let directions: [any SteepestDirection] = [SpectralDirection(), SignDirection()]
  private static let sizes = [6, 4, 2]
  private static let dimension = 5

  private func end(
    _ direction: any SteepestDirection, _ problem: Problem, steps: Int = 20, step: Double = 0.05
  ) throws -> State {
    let solver = SteepestDescentSolver(
      direction: direction, settings: DescentSettings(step: step))
    return try solver.states(of: problem, at: [Double(steps) * step])[0]
  }

  private static func problem(_ state: State, sizes: [Int] = sizes, _ loss: any Loss) throws
    -> Problem
  {
    try LandscapeProblem.layerPeeled(sizes: sizes, loss: loss, state: state)
  }

  private static func start(_ seed: UInt64) -> State {
    var random = RandomNumbers(seed)
    return State(
      features: random.matrix(dimension, 12), prototypes: random.matrix(dimension, 3),
      bias: random.matrix(1, 3).elements)
  }

  private static func rotated(_ state: State, by rotation: Matrix) -> State {
    State(
      features: rotation.times(state.features), prototypes: rotation.times(state.prototypes),
      bias: state.bias)
  }

  static let losses: [any Loss] = [
    CrossEntropyLoss(), UnhingedLoss(gamma: 0.3), MeanSquaredErrorLoss(),
  ]

  /// Features and prototypes in turned coordinates.
  @Test(arguments: losses.indices) func spectralDescentCommutesWithRotations(loss: Int) throws {
    var random = RandomNumbers(31)
    let rotation = try random.matrix(Self.dimension, Self.dimension).singularValueDecomposition()
      .left
    let start = Self.start(32)
    let turned = try Self.problem(Self.rotated(start, by: rotation), Self.losses[loss])
    let plain = try Self.problem(start, Self.losses[loss])
    let expected = Self.rotated(try end(SpectralDirection(), plain), by: rotation)
    let state = try end(SpectralDirection(), turned)
    #expect((state - expected).norm <= 1e-11 * expected.norm)
    // Signs depend on the coordinates.
    let signs = Self.rotated(try end(SignDirection(), plain), by: rotation)
    #expect((try end(SignDirection(), turned) - signs).norm > 0.02 * signs.norm)
  }

  @Test(arguments: losses.indices) func signDescentCommutesWithSignedPermutations(
    loss: Int
  ) throws {
    let order = [3, 0, 4, 2, 1]
    let signs = [1.0, -1, -1, 1, -1]
    let permutation = Matrix(rows: Self.dimension, columns: Self.dimension) {
      order[$0] == $1 ? signs[$0] : 0
    }
    let start = Self.start(33)
    let turned = try Self.problem(Self.rotated(start, by: permutation), Self.losses[loss])
    let plain = try Self.problem(start, Self.losses[loss])
    let expected = Self.rotated(try end(SignDirection(), plain), by: permutation)
    #expect((try end(SignDirection(), turned) - expected).norm <= 1e-13 * expected.norm)
  }

  @Test(arguments: directions.indices, losses.indices)
  func theOrderOfClassesDoesNotMatter(direction: Int, loss: Int) throws {
    let start = Self.start(34)
    // Class 0 last: its samples and its prototype.
    let samples = Array(6..<12) + Array(0..<6)
    let classes = [1, 2, 0]
    func moved(_ state: State) -> State {
      State(
        features: state.features.permutingColumns(samples),
        prototypes: state.prototypes.permutingColumns(classes),
        bias: state.bias.map { bias in classes.map { bias[$0] } })
    }
    let plain = try Self.problem(start, Self.losses[loss])
    let other = try Self.problem(moved(start), sizes: [4, 2, 6], Self.losses[loss])
    let expected = moved(try end(Self.directions[direction], plain))
    let state = try end(Self.directions[direction], other)
    #expect((state - expected).norm <= 1e-11 * expected.norm)
  }

  /// Start and learning rate 2^k times as large, over 300 decades: the same bits times 2^k.
  @Test(arguments: directions.indices, [-498, -100, 100, 498])
  func scalesDoNotMatter(direction: Int, exponent: Int) throws {
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    var small = SmallProblem("unit")
    let plain = try end(Self.directions[direction], try small.problem(), step: 1)
    small.scale = unit
    small.rates = LearningRates(prototypes: ConstantSchedule(0.5 * unit))
    let scaled = try end(Self.directions[direction], try small.problem(), step: 1)
    #expect(scaled == plain.scaled(by: unit))
  }

  /// A loss that depends on the size of the logits: its gradient's size does not matter, here that of
  /// the class weights.
  @Test(arguments: directions.indices, [1e-200, 1e-100, 1e100, 1e200])
  func theSizeOfTheLossDoesNotMatter(direction: Int, size: Double) throws {
    let start = Self.start(35)
    let plain = try end(
      Self.directions[direction], try Self.problem(start, CrossEntropyLoss()))
    let weighted = try LandscapeProblem.layerPeeled(
      sizes: Self.sizes, weights: .list([size, size, size]), state: start)
    let state = try end(Self.directions[direction], weighted)
    #expect((state - plain).norm <= 1e-11 * plain.norm)
  }
}
