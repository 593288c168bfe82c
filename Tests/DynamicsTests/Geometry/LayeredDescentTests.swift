import DynNumerics
import Dynamics
import TestSupport
import Testing

/// Linear layers that are trained, against the closed minimiser.
@Suite struct LayeredDescentTests {
  /// Decays of the layers and of the features, and the rank that is left of three.
  struct Case: Sendable, CustomTestStringConvertible {
    let layers: [Double]
    let features: Double
    let rank: Int
    var testDescription: String { "\(layers.count) layers, rank \(rank)" }
  }

  static let cases = [
    Case(layers: [0.02], features: 0.03, rank: 3), Case(layers: [0.1], features: 0.07, rank: 2),
    Case(layers: [0.2], features: 0.3, rank: 0),
    Case(layers: [0.02, 0.03], features: 0.01, rank: 3),
    Case(layers: [0.03, 0.05], features: 0.0436, rank: 2),
    Case(layers: [0.2, 0.1], features: 0.1, rank: 0),
    Case(layers: [0.01, 0.02, 0.015], features: 0.02, rank: 3),
    Case(layers: [0.03, 0.04, 0.02], features: 0.0345, rank: 2),
    Case(layers: [0.1, 0.1, 0.1], features: 0.2, rank: 0),
  ]
  static let sizes = [10, 5, 3, 2]

  private func problem(_ reference: Case, seed: UInt64) throws -> Problem {
    var random = RandomNumbers(seed)
    let partition = ClassPartition(sizes: Self.sizes)
    let (dimension, width, count) = (4, 4, reference.layers.count)
    let features = 0.6 * random.matrix(dimension, partition.sampleCount)
    let bias = [0.0, 0, 0, 0]
    let layers = (0..<count).map { index in
      0.6
        * random.matrix(
          index == count - 1 ? Self.sizes.count : width, index == 0 ? dimension : width)
    }
    let state =
      count > 1
      ? State(features: features, layers: layers, bias: bias)
      : State(features: features, prototypes: layers[0].transposed, bias: bias)
    return Problem(
      modelCase: .regularized, loss: MeanSquaredErrorLoss(),
      labels: try LabelOperator(
        partition: partition, loss: .averaged(classCount: Self.sizes.count)),
      decay: WeightDecay(
        features: reference.features, prototypes: reference.layers[0], bias: 0,
        layers: reference.layers),
      initialState: state, rates: LearningRates(prototypes: ConstantSchedule(1)))
  }

  /// The objective and distances after some time of descent.
  private func descend(_ problem: Problem, time: Double) throws -> (state: State, [Double]) {
    let simulation = Simulation(
      prepared: try PreparedProblem(problem),
      solvers: [
        NamedSolver(
          name: "descent",
          solver: GradientDescentSolver(
            step: 0.1, form: .iterated, momentum: Momentum(factor: 0.9, isNesterov: true)))
      ],
      times: [time],
      observables: Observables.named(["objective", "geometry_distance_w", "geometry_distance_h"]),
      keepsStates: true)
    let trajectory = try #require(simulation.run().first)
    #expect(trajectory.failure == nil)
    return (
      try #require(trajectory.finalState).unscaled, try #require(trajectory.rows.last).values
    )
  }

  /// Twenty starts: none ends below the closed objective, and the best one, followed on, reaches it.
  @Test(arguments: cases) func theBestStartReachesTheClosedObjective(reference: Case) throws {
    let first = try problem(reference, seed: 0)
    let geometry = try #require(first.predictedGeometry).solution()
    #expect(geometry.rank == reference.rank)
    let ends = try (0..<20).map { seed in
      try descend(try problem(reference, seed: UInt64(seed)), time: 15)
    }
    #expect(ends.allSatisfy { $0.1[0] >= geometry.objective - 1e-14 })
    let best = try #require(ends.min { $0.1[0] < $1.1[0] })
    let start = Problem(
      modelCase: .regularized, loss: first.loss, labels: first.labels, decay: first.decay,
      initialState: best.state, rates: first.rates)
    let (state, values) = try descend(start, time: 300)
    #expect(abs(values[0] - geometry.objective) <= 1e-12)
    let bias = try #require(state.bias)
    for (entry, expected) in zip(bias, try #require(geometry.bias)) {
      #expect(abs(entry - expected) <= 1e-7)
    }
    guard reference.rank > 0 else { return }
    #expect(values[1] <= 1e-6)
    #expect(values[2] <= 1e-6)
  }

  /// The derivative is minus the objective's gradient.
  @Test(arguments: [4, 7]) func theFlowDescendsTheObjective(index: Int) throws {
    let problem = try problem(Self.cases[index], seed: 3)
    let flow = problem.flow
    let start = flow.vector(of: problem.initialState)
    #expect(start.count == flow.dimension)
    var derivative = [Double](repeating: 0, count: start.count)
    var target = derivative.mutableSpan
    flow.derivative(
      of: start.span, rates: RatePair(features: 1, prototypes: 1), into: &target)
    func objective(_ vector: [Double]) -> Double {
      FullSnapshot(time: 0, problem: problem, state: flow.state(of: vector)).objective().objective
    }
    for entry in start.indices where entry % 3 == 0 || entry > flow.featureVariableCount {
      var (above, below) = (start, start)
      above[entry] += 1e-5
      below[entry] -= 1e-5
      let difference = (objective(above) - objective(below)) / 2e-5
      #expect(abs(difference + derivative[entry]) <= 1e-8)
    }
  }

  /// One layer by its own flow is the ordinary model.
  @Test func aSingleLayerIsThePrototypes() throws {
    let plain = try problem(Self.cases[0], seed: 5)
    let layered = Problem(
      modelCase: .regularized, loss: plain.loss, labels: plain.labels, decay: plain.decay,
      initialState: State(
        features: plain.initialState.features, layers: [plain.initialState.prototypes.transposed],
        bias: plain.initialState.bias),
      rates: plain.rates)
    func end(_ problem: Problem) throws -> State {
      var state: State?
      var cost = SolverCost()
      try GradientDescentSolver(step: 0.1, form: .iterated).follow(
        try PreparedProblem(problem), at: [10], cost: &cost
      ) {
        state = $0.state().unscaled
        return true
      }
      return try #require(state)
    }
    #expect(layered.flow.dimension == plain.flow.dimension)
    let difference = try (end(plain) - end(layered)).norm
    #expect(difference <= 1e-12)
  }
}
