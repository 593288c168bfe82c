import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// The exact flow of squared error with fixed prototypes, against linear systems solved in extended
/// precision and an integration in it.
@Suite struct RegressionTests {
  private static func problem(
    decay: Double, weights: ClassWeights = .list([0.5, 1, 1.5]), dimension: Int = 4
  ) throws -> Problem {
    var random = RandomNumbers(5)
    let partition = ClassPartition(sizes: [3, 2, 2])
    return Problem(
      modelCase: .anchored, loss: MeanSquaredErrorLoss(),
      labels: try LabelOperator(
        partition: partition, loss: .averaged(classCount: 3), classWeights: weights),
      decay: WeightDecay(features: decay, prototypes: 0, bias: 0),
      initialState: State(
        features: random.matrix(dimension, 7), prototypes: random.matrix(dimension, 3)),
      rates: LearningRates(
        prototypes: ConstantSchedule(1),
        features: .schedule(InverseSqrtSchedule(value: 0.5, timescale: 4))))
  }

  /// The slope of one sample in extended precision: -((omega/n) W (W'h - e_y) + lambda h).
  private static func slope(_ problem: Problem, _ sample: Int, _ h: [Float80]) -> [Float80] {
    let label = problem.labels.partition.sortedLabels[sample]
    let weight =
      Float80(problem.labels.groupWeights[label]) / Float80(problem.labels.partition.sampleCount)
    let w = problem.initialState.prototypes
    let residual = (0..<w.columns).map { column in
      h.indices.reduce(Float80(column == label ? -1 : 0)) { $0 + Float80(w[$1, column]) * h[$1] }
    }
    return h.indices.map { row in
      -weight * residual.indices.reduce(Float80(0)) { $0 + Float80(w[row, $1]) * residual[$1] }
        - Float80(problem.decay.features) * h[row]
    }
  }

  /// By classical Runge-Kutta steps of the integral of the rate, extrapolated.
  private static func integrated(_ problem: Problem, _ sample: Int, zeta: Double) -> [Double] {
    func end(_ count: Int) -> [Float80] {
      var h = problem.initialState.features.column(sample).map { Float80($0) }
      let step = Float80(zeta) / Float80(count)
      func moved(_ slope: [Float80], _ factor: Float80) -> [Float80] {
        zip(h, slope).map { $0 + factor * $1 }
      }
      for _ in 0..<count {
        let a = slope(problem, sample, h)
        let b = slope(problem, sample, moved(a, step / 2))
        let c = slope(problem, sample, moved(b, step / 2))
        let d = slope(problem, sample, moved(c, step))
        h = h.indices.map { h[$0] + step / 6 * (a[$0] + 2 * b[$0] + 2 * c[$0] + d[$0]) }
      }
      return h
    }
    return zip(end(4000), end(2000)).map { Double($0 + ($0 - $1) / 15) }
  }

  @Test(arguments: [0, 0.2], [0.1, 3, 40])
  func theClosedFormIsTheFlow(decay: Double, time: Double) throws {
    let problem = try Self.problem(decay: decay)
    let zeta = problem.rates.integrals(to: time).features
    let state = try #require(try ClosedFormSolver().states(of: problem, at: [time]).first)
    for sample in 0..<7 {
      let expected = Self.integrated(problem, sample, zeta: zeta)
      let error = zip(state.features.column(sample), expected).map { $0 - $1 }.norm
      #expect(
        error <= 4e-15 * max(expected.norm, problem.initialState.features.column(sample).norm))
    }
  }

  /// At the limit the slope is zero, and what no prototype sees stays where there is no decay.
  @Test(arguments: [0, 0.2]) func theLimitIsCritical(decay: Double) throws {
    let problem = try Self.problem(decay: decay)
    let prediction = try PreparedProblem(problem).prediction
    let limit = try #require(prediction.direction).vector
    for sample in 0..<7 {
      let slope = Self.slope(problem, sample, limit.features.column(sample).map { Float80($0) })
      let terms = limit.features.column(sample).norm * limit.prototypes.elements.sumOfSquares
      #expect(slope.allSatisfy { abs($0) <= 1e-15 * Float80(max(1, terms)) })
    }
    #expect(limit.prototypes == problem.initialState.prototypes)
    guard decay == 0 else { return }
    // The features move within the span of the three prototypes of dimension 4.
    let change = (limit.features - problem.initialState.features).transposed.elements
    let both = Matrix(
      rows: 10, columns: 4, elements: limit.prototypes.transposed.elements + change)
    let values = try both.singularValueDecomposition().values
    #expect(values[2] > 1e-3 && values[3] <= 1e-14 * values[0])
  }

  /// The predicted rate is that of the slowest mode, of flow and descent alike.
  @Test func ratesArePredicted() throws {
    var problem = try Self.problem(decay: 0.05)
    problem.rates = LearningRates(prototypes: ConstantSchedule(1))
    let solvers: [any Solver] = [
      ClosedFormSolver(), GradientDescentSolver(step: 0.5, form: .exact),
      GradientDescentSolver(step: 0.5, form: .iterated),
    ]
    for solver in solvers {
      let prepared = try PreparedProblem(problem)
      let prediction = solver.prediction(of: prepared, until: 400)
      guard case .exponential(let rate, _) = prediction.approach else {
        Issue.record("no rate is predicted")
        continue
      }
      let limit = try #require(prediction.direction)
      let from = try #require(prediction.settledFrom)
      var distances: [Double] = []
      var cost = SolverCost()
      let times = [from, from + 20].map { ($0 * 2).rounded() / 2 }
      try solver.follow(prepared, at: times, cost: &cost) {
        distances.append($0.distance(to: limit))
        return true
      }
      let fitted = log(distances[0] / distances[1]) / (times[1] - times[0])
      #expect(abs(fitted / rate - 1) <= 0.01, "\(type(of: solver))")
    }
  }

  /// Exact descent is the iteration, with weights, decay and a rate that varies.
  @Test(arguments: [0, 0.2]) func exactDescentIsTheIteration(decay: Double) throws {
    let problem = try Self.problem(decay: decay)
    let states = try [GradientDescentSolver.Form.iterated, .exact].map {
      try GradientDescentSolver(step: 0.25, form: $0).states(of: problem, at: [0, 5, 50])
    }
    for (iterated, exact) in zip(states[0], states[1]) {
      #expect((iterated - exact).norm <= 1e-13 * exact.norm)
    }
    #expect(states[1][0] == problem.initialState)
  }

  /// A single prototype direction, and fewer dimensions than classes.
  @Test(arguments: [1, 2]) func degeneratePrototypesAreNoException(dimension: Int) throws {
    let problem = try Self.problem(decay: 0, dimension: dimension)
    let results = Verification(try PreparedProblem(problem), solvers: [], end: 30).run()
    #expect(results.filter(\.isFailure).map(\.check) == [])
  }
}

/// What is said of descent whose steps are long.
@Suite struct LongRegressionStepTests {
  /// Modes with rates a = 2 and 0.5: the data are H = 0, W = diag(2, 1), one sample a class.
  private static func problem(features: [Double] = [0, 0, 0, 0]) throws -> Problem {
    Problem(
      modelCase: .anchored, loss: MeanSquaredErrorLoss(),
      labels: try LabelOperator(
        partition: ClassPartition(sizes: [1, 1]), loss: .averaged(classCount: 2)),
      initialState: State(
        features: Matrix(rows: 2, columns: 2, elements: features),
        prototypes: Matrix(rows: 2, columns: 2, elements: [2, 0, 0, 1])),
      rates: LearningRates(prototypes: ConstantSchedule(1)))
  }

  /// Above e a = 1 the fast mode decides: min of -log|1 - e a|/e over the modes.
  @Test func theSlowestFactorDecides() throws {
    let prepared = try PreparedProblem(try Self.problem())
    for (step, expected) in [(0.2, -log(0.9) / 0.2), (0.9, -log(0.8) / 0.9)] {
      let prediction = prepared.descentPrediction(step: step, until: 50)
      guard case .exponential(let rate, _) = prediction.approach else {
        Issue.record("no rate is predicted")
        continue
      }
      #expect(abs(rate / expected - 1) <= 1e-12)
    }
  }

  /// Steps that overshoot have no limit, in words that name the step.
  @Test func overshootingStepsHaveNoLimit() throws {
    let problem = try Self.problem()
    let prediction = try PreparedProblem(problem).descentPrediction(step: 1.2, until: 50)
    #expect(prediction.direction == nil)
    #expect(prediction.approach == .unknown("the step is too long: descent overshoots and grows"))
    let failure = #expect(throws: SolverFailure.self) {
      try GradientDescentSolver(step: 50, form: .exact).states(of: problem, at: [1e5])
    }
    #expect(failure?.description.contains("the steps are too long") == true)
    let iterated = #expect(throws: SolverFailure.self) {
      try GradientDescentSolver(step: 50, form: .iterated).states(of: problem, at: [1e5])
    }
    #expect(iterated?.description.contains("scaled form") == false)
  }

  @Test(arguments: [0.3, 0.9, 1.1]) func verificationPasses(step: Double) throws {
    let solvers = [GradientDescentSolver.Form.exact, .iterated].map {
      NamedSolver(name: $0.rawValue, solver: GradientDescentSolver(step: step, form: $0))
    }
    let results = Verification(
      try PreparedProblem(try Self.problem()), solvers: solvers, end: 45
    ).run()
    #expect(results.filter(\.isFailure).map(\.check) == [])
  }
}
