import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// Loss-normalised descent reaches the geometries that plain descent only nears.
@Suite struct NormalizedDescentTests {
  private func problem(_ loss: any Loss, sizes: [Int], scale: Double = 0.3) throws -> Problem {
    var random = RandomNumbers(11)
    let partition = ClassPartition(sizes: sizes)
    return Problem(
      modelCase: .unconstrained, loss: loss,
      labels: try LabelOperator(
        partition: partition, loss: .averaged(classCount: sizes.count)),
      initialState: State(
        features: scale * random.matrix(8, partition.sampleCount),
        prototypes: scale * random.matrix(8, sizes.count)),
      rates: LearningRates(prototypes: ConstantSchedule(1)))
  }

  private func end(
    _ problem: Problem, step: Double, steps: Int, _ names: [String]
  ) throws -> [Double] {
    let simulation = Simulation(
      prepared: try PreparedProblem(problem),
      solvers: [
        NamedSolver(
          name: "descent",
          solver: GradientDescentSolver(step: step, form: .iterated, normalization: .loss))
      ],
      times: [step * Double(steps)], observables: Observables.named(names))
    let trajectory = try #require(simulation.run().first)
    #expect(trajectory.failure == nil)
    #expect(trajectory.cost.steps == steps)
    return try #require(trajectory.rows.last).values
  }

  /// From a random start with k = 4 and d = 8, 6000 of at most 1e5 steps suffice: the loss is long
  /// below the range of a double.
  @Test(arguments: [[20, 20, 20, 20], [20, 20, 2, 2]])
  func crossEntropyReachesItsGeometry(sizes: [Int]) throws {
    let values = try end(
      try problem(CrossEntropyLoss(), sizes: sizes), step: 100, steps: 6000,
      ["loss", "geometry_distance_w", "geometry_distance_h", "geometry_distance_logits", "margin"])
    #expect(values[0] == 0)
    #expect(values[1] < 0.005)
    #expect(values[2] < 0.005)
    #expect(values[3] < 0.005)
    let limit = try MaxMarginGeometry(loss: CrossEntropyLoss(), sizes: sizes).solution()
    let margin = try #require(limit.margin)
    #expect(values[4] <= margin)
    #expect(values[4] >= 0.999 * margin)
  }

  /// Label temperatures sqrt(n_c) bring the prototypes to a simplex ETF.
  @Test func labelTemperaturesRestoreTheFrame() throws {
    let sizes = [20, 20, 2, 2]
    let loss = LabelTemperatureLoss(multipliers: sizes.map { Double($0).squareRoot() })
    let values = try end(
      try problem(loss, sizes: sizes), step: 100, steps: 9000,
      ["etf_distance_w", "geometry_distance_w", "geometry_distance_h", "cos_w_minority"])
    #expect(values[0] < 0.01)
    #expect(values[1] < 0.01)
    #expect(values[2] < 0.005)
    #expect(abs(values[3] + 1.0 / 3) < 0.01)
  }

  /// Where nothing underflows, a step is that of the formula with the plain gradient.
  @Test func oneStepIsTheFormula() throws {
    let sizes = [4, 3, 2]
    let loss = ClassTemperatureLoss(multipliers: [1, 2, 0.5])
    let problem = try problem(loss, sizes: sizes)
    let flow = LogitFlow(problem)
    let start = flow.vector(of: problem.initialState)
    var change = start
    var target = change.mutableSpan
    flow.derivative(
      of: start.span, rates: RatePair(features: 1, prototypes: 1), into: &target)
    let value = FullSnapshot(time: 0, problem: problem, state: problem.initialState)
      .objective().loss
    let scale = 0.7 / (value * 4 * (1 + start.sumOfSquares))
    let expected = flow.state(of: zip(start, change).map { $0 + scale * $1 })
    var state: State?
    var cost = SolverCost()
    try GradientDescentSolver(step: 0.7, form: .iterated, normalization: .loss).follow(
      try PreparedProblem(problem), at: [0.7], cost: &cost
    ) {
      state = $0.state().unscaled
      return true
    }
    #expect((try #require(state) - expected).norm <= 1e-15 * expected.norm)
  }

  @Test func otherProblemsAreRefused() throws {
    let descent = GradientDescentSolver(step: 1, form: .iterated, normalization: .loss)
    let squared = try problem(MeanSquaredErrorLoss(), sizes: [3, 3])
    #expect(descent.refusal(of: squared)?.contains("tends to zero") == true)
    let plain = try problem(CrossEntropyLoss(), sizes: [3, 3])
    #expect(descent.refusal(of: plain) == nil)
    let exact = GradientDescentSolver(step: 1, form: .exact, normalization: .loss)
    #expect(exact.refusal(of: plain) != nil)
    let decayed = Problem(
      modelCase: .regularized, loss: plain.loss, labels: plain.labels,
      decay: WeightDecay(features: 0.1, prototypes: 0.1, bias: 0),
      initialState: plain.initialState, rates: plain.rates)
    #expect(descent.refusal(of: decayed)?.contains("weight decay") == true)
  }

  /// A zero state stays where it is instead of becoming nan.
  @Test func zeroIsAFixedPoint() throws {
    let values = try end(
      try problem(CrossEntropyLoss(), sizes: [3, 3], scale: 0), step: 1, steps: 10, ["loss"])
    #expect(abs(values[0] - log(2)) <= 1e-15)
  }
}
