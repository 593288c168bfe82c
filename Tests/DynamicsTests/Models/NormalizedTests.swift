import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// Normalised features with prototypes that move.
@Suite struct NormalizedTests {
  private static func problem(
    norms: [Double] = [2, 2, 2, 2, 2, 2, 2, 2], rescales: Bool = false,
    loss: any Loss = UnhingedLoss(gamma: 0.4)
  ) throws -> Problem {
    var random = RandomNumbers(9)
    let partition = ClassPartition(sizes: [5, 3])
    let raw = random.matrix(4, 8)
    let features = raw.scalingColumns(by: norms.indices.map { norms[$0] / raw.column($0).norm })
    return Problem(
      modelCase: .normalized, loss: loss,
      labels: try LabelOperator(partition: partition, loss: UnhingedLoss(gamma: 0.4)),
      rescalesLearningRate: rescales,
      initialState: State(
        features: features, prototypes: random.matrix(4, 2), bias: [0.1, -0.2]),
      rates: LearningRates(prototypes: ConstantSchedule(0.5)))
  }

  private static func check(_ problem: Problem) throws -> [CheckResult] {
    let solver = OdeSolver(
      method: .rk8pd, control: .adaptive(relative: 1e-11, absolute: 1e-13))
    return Verification(
      try PreparedProblem(problem), solvers: [NamedSolver(name: "ode", solver: solver)], end: 6
    ).run().filter { $0.check == "cross-ratios within classes are conserved" }
  }

  /// The cross-ratio of the first four samples, by its definition.
  private static func crossRatio(_ state: State) -> Double {
    let units = (0..<4).map { sample -> [Double] in
      let column = state.features.column(sample)
      return column.map { $0 / column.norm }
    }
    func distance(_ i: Int, _ j: Int) -> Double {
      sqrt(zip(units[i], units[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
    }
    return distance(0, 1) * distance(2, 3) / (distance(0, 2) * distance(1, 3))
  }

  /// Directions move by several tenths, their cross-ratio by rounding; with unequal norms within the
  /// class, or another loss, it moves too.
  @Test(arguments: [false, true]) func crossRatiosAreConserved(rescales: Bool) throws {
    let ode = OdeSolver(method: .dop853, control: .adaptive(relative: 1e-13, absolute: 1e-15))
    func change(_ problem: Problem) throws -> (ratio: Double, features: Double) {
      let end = try #require(try ode.states(of: problem, at: [6]).first)
      return (
        crossRatio(end) / crossRatio(problem.initialState) - 1,
        (end - problem.initialState).features.elements.norm
      )
    }
    func crossRatio(_ state: State) -> Double { Self.crossRatio(state) }
    let equal = try change(try Self.problem(rescales: rescales))
    #expect(abs(equal.ratio) <= 1e-11 && equal.features > 0.5)
    let unequal = try change(
      try Self.problem(norms: [1, 2, 3, 4, 5, 2, 2, 2], rescales: rescales))
    #expect(abs(unequal.ratio) > 1e-3)
    let other = try change(try Self.problem(rescales: rescales, loss: CrossEntropyLoss()))
    #expect(abs(other.ratio) > 1e-4)
  }

  /// `verify` has the check where it applies, for every flow that it measures.
  @Test func verificationHasTheCheck() throws {
    let results = try Self.check(try Self.problem())
    #expect(results.map(\.solver) == ["fine integration", "ode"])
    #expect(results.allSatisfy { $0.verdict == .pass && $0.observed < 1e-9 })
    #expect(try Self.check(try Self.problem(norms: [1, 2, 3, 4, 5, 2, 2, 2])) == [])
    #expect(try Self.check(try Self.problem(loss: CrossEntropyLoss())) == [])
  }

  /// Norms stay along the flow, and grow under descent, whose steps are tangents.
  @Test func normsStay() throws {
    let problem = try Self.problem()
    let ode = OdeSolver(method: .rk8pd, control: .adaptive(relative: 1e-12, absolute: 1e-14))
    let end = try #require(try ode.states(of: problem, at: [6]).first)
    for sample in 0..<8 { #expect(abs(end.features.column(sample).norm - 2) <= 1e-10) }
    let descent = GradientDescentSolver(step: 0.5, form: .iterated)
    let state = try #require(try descent.states(of: problem, at: [6]).first)
    for sample in 0..<8 { #expect(state.features.column(sample).norm > 2) }
  }

  /// The logits are those of unit features: a start of other norms has the same loss, accuracy and
  /// alignment, to rounding, over 300 decades.
  @Test(arguments: [1e-150, 1e-3, 1e150]) func logitsAreOfUnitFeatures(scale: Double) throws {
    let problem = try Self.problem()
    let scaled = problem.scaled(features: scale, prototypes: 1)
    let names = ["loss", "accuracy", "alignment", "alignment_distance"]
    func values(_ problem: Problem) throws -> [Double] {
      let prepared = try PreparedProblem(problem)
      let snapshot = FullSnapshot(time: 0, problem: problem, state: problem.initialState)
      let observation = Observation(snapshot) { prepared.prediction }
      return Observables.named(names).map { $0.value(observation) }
    }
    for (own, other) in zip(try values(problem), try values(scaled)) {
      #expect(abs(own - other) <= 1e-14 * max(1, abs(own)))
    }
  }

  /// Its slopes scale with the inverse of the norms, and those of prototypes do not.
  @Test(arguments: [1e-100, 1e100]) func slopesScaleWithNorms(scale: Double) throws {
    let problem = try Self.problem(loss: CrossEntropyLoss())
    func slope(_ problem: Problem) -> State {
      let flow = problem.flow
      let start = flow.vector(of: problem.initialState)
      var derivative = start
      var target = derivative.mutableSpan
      flow.derivative(of: start.span, rates: RatePair(features: 1, prototypes: 1), into: &target)
      return flow.state(of: derivative)
    }
    let (own, other) = (slope(problem), slope(problem.scaled(features: scale, prototypes: 1)))
    let back = scale * other.features
    #expect((own.features - back).elements.norm <= 1e-14 * own.features.elements.norm)
    #expect(
      (own.prototypes - other.prototypes).elements.norm <= 1e-14 * own.prototypes.elements.norm)
  }
}

extension NormalizedTests {
  /// Far from 1 the regulariser of the prototypes, of second degree, keeps its own scale beside the
  /// loss, of first.
  @Test(arguments: [1.0, 1e50, 1e70, 1e150]) func theObjectiveHasBothDegrees(scale: Double) throws {
    var random = RandomNumbers(2)
    let problem = Problem(
      modelCase: .normalized, loss: UnhingedLoss(gamma: 0.5),
      labels: try LabelOperator(
        partition: ClassPartition(sizes: [2, 2]), loss: UnhingedLoss(gamma: 0.5)),
      decay: WeightDecay(features: 0, prototypes: 0.5, bias: 0),
      initialState: State(
        features: scale * random.matrix(3, 4), prototypes: random.matrix(3, 2)),
      rates: LearningRates(prototypes: ConstantSchedule(1)))
    let parts = FullSnapshot(time: 0, problem: problem, state: problem.initialState).objective()
    let penalty = 0.25 * problem.initialState.prototypes.elements.sumOfSquares
    #expect(abs(parts.objective - parts.loss - penalty) <= 1e-13 * penalty)
  }
}
