import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// Spectral and sign descent: single steps by hand, blocks, decay, momentum and batches.
@Suite struct SteepestDescentTests {
  private static func spectral(_ settings: DescentSettings) -> SteepestDescentSolver {
    SteepestDescentSolver(direction: SpectralDirection(), settings: settings)
  }

  private static func signs(_ settings: DescentSettings) -> SteepestDescentSolver {
    SteepestDescentSolver(direction: SignDirection(), settings: settings)
  }

  private static let one = DescentSettings(step: 1)

  private func expect(_ matrix: Matrix, _ entries: [Double], within tolerance: Double = 4e-15) {
    #expect(zip(matrix.elements, entries).allSatisfy { abs($0 - $1) <= tolerance }, "\(matrix)")
  }

  /// Two classes of one sample, gamma = 1: M = [[1, -1], [-1, 1]]/2.
  @Test func oneStepByHand() throws {
    let state = State(
      features: Matrix(rows: 2, columns: 2, elements: [1, 0, 0, 0]),
      prototypes: Matrix(rows: 2, columns: 2, elements: [3, 0, 4, 0]))
    let problem = try LandscapeProblem.layerPeeled(
      sizes: [1, 1], loss: UnhingedLoss(gamma: 1), state: state)
    let spectral = try Self.spectral(Self.one).states(of: problem, at: [1])[0]
    let r = 0.5.squareRoot()
    // W M = (5/sqrt 2) (0.6, 0.8)' (1, -1)/sqrt 2 and H M' = (1/sqrt 2) (1, 0)' (1, -1)/sqrt 2.
    expect(spectral.features, [1 + 0.6 * r, -0.6 * r, 0.8 * r, -0.8 * r])
    expect(spectral.prototypes, [3 + r, -r, 4, 0])
    let signs = try Self.signs(Self.one).states(of: problem, at: [1])[0]
    expect(signs.features, [2, -1, 1, -1])
    expect(signs.prototypes, [4, -1, 4, 0])
  }

  /// The blocks that the variables make up, biases on their own.
  @Test func blocksAreMatricesAndBiases() throws {
    func shapes(_ problem: Problem) throws -> [[Int]] {
      try #require(problem.landscape).blocks.map { [$0.shape.rows, $0.shape.columns] }
    }
    let free = try LandscapeProblem.layerPeeled(
      sizes: [3, 2], dimension: 4, hasBias: true, seed: 1)
    #expect(try shapes(free) == [[4, 5], [4, 2], [2, 1]])
    let network = try LandscapeProblem.network(
      sizes: [3, 2], inputDimension: 3, hidden: [6, 4], seed: 1)
    #expect(try shapes(network) == [[6, 3], [6, 1], [4, 6], [4, 1], [4, 2], [2, 1]])
    for model in ModelProblem.all {
      guard let landscape = try model.problem(CrossEntropyLoss()).landscape else { continue }
      // Every variable is in one block.
      var marks = [Double](repeating: 0, count: landscape.dimension)
      for block in landscape.blocks {
        let shape = block.shape
        block.write(
          Matrix(rows: shape.rows, columns: shape.columns) { _, _ in 1 } + block.matrix(of: marks),
          into: &marks)
      }
      #expect(marks.allSatisfy { $0 == 1 }, "\(model)")
    }
  }

  /// PyTorch's Muon, with the exact polar factor: B <- mu B + g, O of g + mu B or B, the decay on the
  /// variables themselves. The factors here are those of a plain decomposition.
  @Test(
    arguments: [
      Momentum.none, Momentum(factor: 0.9, isNesterov: false),
      Momentum(factor: 0.9, isNesterov: true),
    ])
  func momentumComesBeforeTheDirection(momentum: Momentum) throws {
    let decay = WeightDecay(features: 0.01, prototypes: 0.02, bias: 0.03)
    let problem = try LandscapeProblem.layerPeeled(
      sizes: [5, 3, 2], dimension: 4, decay: decay, weights: .list([0.5, 1, 2]), hasBias: true,
      seed: 8)
    let bare = try LandscapeProblem.layerPeeled(
      sizes: [5, 3, 2], weights: .list([0.5, 1, 2]), state: problem.initialState)
    let landscape = ModelLandscape(bare)
    let shapes = [(4, 10), (4, 3), (3, 1)]
    let lambdas = [0.01, 0.02, 0.03]
    var parameters = landscape.variables(of: problem.initialState)
    var buffer = [Double](repeating: 0, count: parameters.count)
    for _ in 0..<12 {
      let gradient = landscape.gradient(at: parameters, of: .whole(bare))
      buffer = zip(buffer, gradient).map { momentum.factor * $0 + $1 }
      let update =
        momentum.isNesterov
        ? zip(gradient, buffer).map { $0 + momentum.factor * $1 } : buffer
      var start = 0
      for (shape, lambda) in zip(shapes, lambdas) {
        let range = start..<start + shape.0 * shape.1
        let factors = try Matrix(
          rows: shape.0, columns: shape.1, elements: Array(update[range])
        ).singularValueDecomposition()
        let rank = factors.values.count { $0 > 1e-10 * factors.values[0] }
        let kept = Array(0..<rank)
        let direction = factors.left.permutingColumns(kept)
          .timesTransposed(factors.right.permutingColumns(kept))
        for (index, entry) in zip(range, direction.elements) {
          parameters[index] = (1 - 0.2 * lambda) * parameters[index] - 0.2 * entry
        }
        start = range.upperBound
      }
    }
    let settings = DescentSettings(step: 0.2, momentum: momentum)
    let state = try Self.spectral(settings).states(of: problem, at: [12 * 0.2])[0]
    let own = landscape.variables(of: state)
    #expect(zip(own, parameters).map { $0 - $1 }.norm <= 1e-12 * parameters.norm)
  }

  /// The decay is no part of the gradient whose direction is taken.
  @Test func decayIsDecoupled() throws {
    let decay = WeightDecay(features: 0.4, prototypes: 0.1, bias: 0)
    let plain = try LandscapeProblem.layerPeeled(sizes: [3, 2, 2], dimension: 4, seed: 2)
    let start = plain.initialState
    let decaying = try LandscapeProblem.layerPeeled(sizes: [3, 2, 2], decay: decay, state: start)
    for solver in [Self.spectral(Self.one), Self.signs(Self.one)] {
      let (own, other) = (
        try solver.states(of: decaying, at: [1])[0], try solver.states(of: plain, at: [1])[0]
      )
      let features = own.features - (other.features - 0.4 * start.features)
      let prototypes = own.prototypes - (other.prototypes - 0.1 * start.prototypes)
      #expect(features.elements.norm <= 1e-14 && prototypes.elements.norm <= 1e-14)
    }
  }

  /// Without a gradient nothing moves, not even by rounding: with equal classes the bias's gradient is
  /// a sum that vanishes.
  @Test func nothingMovesWithoutAGradient() throws {
    let zero = State(
      features: Matrix(rows: 4, columns: 70), prototypes: Matrix(rows: 4, columns: 10),
      bias: [Double](repeating: 0, count: 10))
    let equal = try LandscapeProblem.layerPeeled(
      sizes: [Int](repeating: 7, count: 10), loss: UnhingedLoss.averaged(classCount: 10),
      state: zero)
    for solver in [Self.spectral(Self.one), Self.signs(Self.one)] {
      #expect(try solver.states(of: equal, at: [5])[0] == zero)
    }
    // Unequal classes push the bias along c = M 1.
    let start = State(
      features: Matrix(rows: 2, columns: 6), prototypes: Matrix(rows: 2, columns: 2), bias: [0, 0])
    let unequal = try LandscapeProblem.layerPeeled(
      sizes: [4, 2], loss: UnhingedLoss(gamma: 1), state: start)
    let bias = try #require(try Self.spectral(Self.one).states(of: unequal, at: [3])[0].bias)
    let r = 0.5.squareRoot()
    #expect(abs(bias[0] - 3 * r) <= 4e-15 && abs(bias[1] + 3 * r) <= 4e-15)
  }

  /// Fixed prototypes do not move; then the unhinged gradient is constant, and so is U V'.
  @Test func fixedPrototypesStay() throws {
    let problem = try SmallProblem("anchored") { $0.modelCase = .anchored }.problem()
    let start = problem.initialState
    for solver in [Self.spectral(Self.one), Self.signs(Self.one)] {
      let states = try solver.states(of: problem, at: [1, 10])
      #expect(states[1].prototypes == start.prototypes)
      let (once, all) = (
        states[0].features - start.features, states[1].features - start.features
      )
      #expect((all - 10 * once).elements.norm <= 1e-14 * all.elements.norm)
    }
  }

  /// Features that a batch does not show stay, and those it shows move along their own U V'.
  @Test func batchesMoveWhatTheyShow() throws {
    let problem = try LandscapeProblem.layerPeeled(sizes: [6, 4, 2], dimension: 4, seed: 8)
    let sampling = BatchSampling(size: 5, seed: 3, reweightFrom: nil)
    let start = problem.initialState
    for solver in [
      Self.spectral(DescentSettings(step: 1, sampling: sampling)),
      Self.signs(DescentSettings(step: 1, sampling: sampling)),
    ] {
      let state = try solver.states(of: problem, at: [1])[0]
      let moved = (0..<12).filter { state.features.column($0) != start.features.column($0) }
      #expect(moved.count == 6)
      let step = (state.features - start.features).permutingColumns(moved)
      if solver.direction is SignDirection {
        #expect(step.elements.allSatisfy { abs(abs($0) - 1) <= 1e-15 })
      } else {
        let values = try step.singularValueDecomposition().values
        // Cross-entropy's gradient by the features has the rank C - 1 at most of W's differences.
        for (index, value) in values.enumerated() {
          #expect(abs(value - (index < 2 ? 1 : 0)) <= 1e-14)
        }
      }
    }
    let whole = BatchSampling(size: 12, seed: nil, reweightFrom: nil)
    let (all, batch) = (
      try Self.spectral(Self.one).states(of: problem, at: [7])[0],
      try Self.spectral(DescentSettings(step: 1, sampling: whole)).states(of: problem, at: [7])[0]
    )
    #expect((all - batch).norm <= 1e-13 * all.norm)
  }

  /// From any start, cross-entropy moves the prototypes by a simplex frame at every step.
  @Test(arguments: 0..<3)
  func prototypesMoveBySimplexFrames(index: Int) throws {
    let losses: [any Loss] = [
      CrossEntropyLoss(), UnhingedLoss.averaged(classCount: 4), FocalLoss(exponent: 2),
    ]
    let problem = try LandscapeProblem.layerPeeled(
      sizes: [40, 9, 3, 1], dimension: 6, loss: losses[index], seed: 5)
    let settings = DescentSettings(step: 0.25)
    let times = (0...6).map { 0.25 * Double($0) }
    let states = try Self.spectral(settings).states(of: problem, at: times)
    for (before, after) in zip(states, states.dropFirst()) {
      let step = 4 * (after.prototypes - before.prototypes)
      let frame = Matrix(rows: 4, columns: 4) { ($0 == $1 ? 1 : 0) - 0.25 }
      #expect((step.transposedTimes(step) - frame).elements.norm <= 1e-12)
    }
  }

  @Test func kernelsAndReducedStatesAreRefused() throws {
    for small in SmallProblem.everyCase {
      let problem = try small.problem()
      for solver in [Self.spectral(Self.one), Self.signs(Self.one)] {
        let refusal = solver.refusal(of: problem)
        #expect((refusal == nil) == !small.modelCase.hasKernel)
        #expect(refusal?.contains("steepest directions") ?? true)
      }
    }
  }

  @Test func statesThatOutgrowADoubleAreSaidTo() throws {
    let problem = try SmallProblem("fast") {
      $0.rates = LearningRates(prototypes: ConstantSchedule(1e308))
    }.problem()
    for solver in [Self.spectral(Self.one), Self.signs(Self.one)] {
      #expect {
        _ = try solver.states(of: problem, at: [50])
      } throws: { error in
        "\(error)".contains("outgrow a double")
      }
    }
  }
}
