import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

/// Linear layers under the unhinged loss: the closed form against integrations of the full state.
@Suite struct DepthTests {
  private static func integrated(_ problem: Problem, at times: [Double]) throws -> [State] {
    try OdeSolver(method: .dop853, control: .adaptive(relative: 1e-13, absolute: 1e-15))
      .states(of: problem, at: times)
  }

  /// The largest difference of features, layers and bias, relative to the largest of them.
  private static func error(_ state: State, _ expected: State) -> Double {
    func blocks(_ state: State) -> [Matrix] {
      let bias = state.bias ?? []
      return [state.features, Matrix(rows: 1, columns: bias.count, elements: bias)] + state.layers
    }
    let pairs = Array(zip(blocks(state), blocks(expected)))
    return (pairs.map { ($0 - $1).elements.norm }.max() ?? 0)
      / (pairs.map(\.1.elements.norm).max() ?? 0)
  }

  /// States that decay are followed as long as they are far above the absolute tolerance.
  @Test(arguments: DepthProblem.all) func theClosedFormIsTheFlow(depth: DepthProblem) throws {
    let problem = try depth.problem()
    let times = try problem.times([0, 0.3, 0.7, 0.9], otherwise: 6)
    let states = try ClosedFormSolver().states(of: problem, at: times)
    #expect(states[0] == problem.initialState)
    for (state, expected) in zip(states, try Self.integrated(problem, at: times)) {
      #expect(Self.error(state, expected) <= 2e-12)
      let product = state.layers.product.transposed
      #expect((state.prototypes - product).elements.norm <= 1e-15 * product.elements.norm)
    }
  }

  @Test(arguments: DepthProblem.all) func allChecksPass(depth: DepthProblem) throws {
    let problem = try depth.problem()
    let last = try problem.blowUpTime()
    let end = last.isFinite ? 1.2 * last : 12
    let solvers: [NamedSolver] = [
      NamedSolver(
        name: "ode",
        solver: OdeSolver(method: .rk8pd, control: .adaptive(relative: 1e-10, absolute: 1e-12))),
      NamedSolver(
        name: "gd", solver: GradientDescentSolver(step: end / 500, form: .iterated)),
    ]
    let results = Verification(try PreparedProblem(problem), solvers: solvers, end: end).run()
    #expect(results.filter(\.isFailure).map(\.check) == [])
    #expect(results.contains { $0.check == "exact flow against ode" && $0.verdict == .pass })
    #expect(results.contains { $0.check.contains("exact descent") && $0.verdict == .pass })
  }

  /// 1/u^(N-2) of factors of one size falls on a straight line, which meets zero at the blow-up.
  @Test(arguments: [2, 3, 4]) func theIntegratedGrowthPointsToTheBlowUp(layers: Int) throws {
    let depth = DepthProblem("equal classes") {
      $0.sizes = [3, 3, 3]
      $0.factors = [Double](repeating: 0.75, count: layers + 1)
    }
    let problem = try depth.problem()
    let times = try problem.times([0.9, 0.98])
    let heights = try Self.integrated(problem, at: times).map {
      pow($0.features.elements.norm, 1 - Double(layers))
    }
    let zero = times[0] + (times[1] - times[0]) * heights[0] / (heights[0] - heights[1])
    #expect(abs(zero / (try problem.blowUpTime()) - 1) <= 1e-11)
  }

  /// W_{l+1}'W_{l+1} - W_l W_l' and W_1'W_1 - H H'/s.
  @Test(arguments: DepthProblem.all.filter { $0.decay == 0 }) func balanceIsConserved(
    depth: DepthProblem
  ) throws {
    let problem = try depth.problem()
    func balances(_ state: State) -> [Matrix] {
      let features = (1 / depth.ratio.squareRoot()) * state.features
      let factors = [features] + state.layers
      return zip(factors, factors.dropFirst()).map {
        $1.transposedTimes($1) - $0.timesTransposed($0)
      }
    }
    let times = try problem.times([0.8])
    let state = try #require(try ClosedFormSolver().states(of: problem, at: times).first)
    for (before, after) in zip(balances(problem.initialState), balances(state)) {
      #expect((after - before).elements.norm <= 1e-13 * state.norm * state.norm)
    }
  }

  /// Exact descent is the iteration, with momentum too.
  @Test(arguments: DepthProblem.all, [Momentum.none, Momentum(factor: 0.5, isNesterov: true)])
  func exactDescentIsTheIteration(depth: DepthProblem, momentum: Momentum) throws {
    let problem = try depth.problem()
    let times = try problem.times([0, 0.1, 0.4], otherwise: 4)
    let step = times[2] / 80
    let states = try [GradientDescentSolver.Form.iterated, .exact].map {
      try GradientDescentSolver(step: step, form: $0, momentum: momentum)
        .states(of: problem, at: times)
    }
    #expect(states[1].count == 3 && states[1][0] == problem.initialState)
    for (iterated, exact) in zip(states[0], states[1]) {
      #expect(Self.error(exact, iterated) <= 1e-13)
    }
  }

  /// In the end the mode that blows up first is all that is left of the prototypes.
  @Test func theDirectionIsThatOfTheLeadingMode() throws {
    let problem = try DepthProblem("leading mode") { $0.factors = [0.8, 1.1, 0.6] }.problem()
    let prediction = try PreparedProblem(problem).prediction
    #expect(prediction.approach == .atBlowUp)
    let direction = try #require(prediction.direction)
    let values = try direction.state.prototypes.singularValueDecomposition().values
    #expect(abs(values[0] - 1) <= 1e-15 && values[1] <= 1e-15)
    let last = try problem.blowUpTime()
    var distances: [Double] = []
    for share in [0.9, 0.999, 0.99999] {
      let state = try #require(
        try ClosedFormSolver().states(of: problem, at: [share * last]).first)
      distances.append(
        FullSnapshot(time: share * last, problem: problem, state: state).distance(to: direction))
    }
    // |H|/|W| ~ 1/u ~ t* - t.
    #expect(abs(distances[1] / distances[2] / 100 - 1) <= 0.02)
    #expect(distances[2] <= 1e-4 && distances[2] < distances[1] && distances[1] < distances[0])
  }

  /// With decay that wins the direction of the features stays, and that of the prototypes vanishes at
  /// the rate (N-2) lambda.
  @Test func decayHasAPredictedRate() throws {
    let depth = DepthProblem("decay") {
      $0.factors = [0.6, 0.6, 0.6, 0.6]
      $0.decay = 0.4
    }
    let prepared = try PreparedProblem(try depth.problem())
    guard case .exponential(let rate, 0) = prepared.prediction.approach else {
      Issue.record("no rate is predicted")
      return
    }
    #expect(abs(rate / 0.8 - 1) <= 1e-15)
    let results = Verification(prepared, solvers: [], end: 40).run()
    let rates = results.filter { $0.check == "fitted against predicted rate" }
    #expect(rates.contains { $0.solver == "closed_form" && $0.verdict == .pass })
  }
}
