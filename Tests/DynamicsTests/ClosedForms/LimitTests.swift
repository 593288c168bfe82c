import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// The limits of the unconstrained flow, from projections that the tests form themselves.
@Suite struct LimitTests {
  /// (H1+, W1+) and (H1-, W1-): P_eps = (eps/sqrt N class sums + W)/2 less its column mean, each
  /// repeated over the samples with eps/sqrt N.
  private func projection(_ problem: Problem, _ sign: Double) -> State {
    let size = problem.labels.partition.sizes[0]
    let root = Double(size).squareRoot()
    let sums = problem.labels.classSums(problem.initialState.features)
    let half = 0.5 * ((sign / root) * sums + problem.initialState.prototypes)
    var prototypes = half
    for row in 0..<half.rows {
      let mean = (0..<half.columns).reduce(0.0) { $0 + half[row, $1] } / Double(half.columns)
      for column in 0..<half.columns { prototypes[row, column] -= mean }
    }
    let labels = problem.labels.partition.sortedLabels
    let features = Matrix(rows: half.rows, columns: labels.count) {
      sign / root * prototypes[$0, labels[$1]]
    }
    return State(features: features, prototypes: prototypes)
  }

  private func combination(
    _ plus: State, _ minus: State, _ a: (Double, Double), _ b: (Double, Double)
  ) -> State {
    State(
      features: (a.0 * plus.features) + (a.1 * minus.features),
      prototypes: (b.0 * plus.prototypes) + (b.1 * minus.prototypes))
  }

  private func balanced(_ ratio: Double, gamma: Double = 0.3) -> SmallProblem {
    SmallProblem("balanced, s = \(ratio)") {
      $0.sizes = [3, 3, 3, 3]
      $0.gamma = gamma
      $0.rates = LearningRates(
        prototypes: ConstantSchedule(0.5), features: .proportional(ratio))
    }
  }

  @Test(arguments: [0.2, 1, 3.0])
  func directionTendsToZbar(ratio: Double) throws {
    let problem = try balanced(ratio).problem()
    let r = ratio.squareRoot()
    let limit = combination(
      projection(problem, 1), projection(problem, -1), ((1 + r) / 2, (1 - r) / 2),
      ((1 + r) / (2 * r), -(1 - r) / (2 * r)))
    let prepared = try PreparedProblem(problem)
    var flow = try prepared.exactFlow(until: 1e6)
    let state = try flow.snapshot(at: 2000).state().state
    let distance = (state.scaled(by: 1 / state.norm) - limit.scaled(by: 1 / limit.norm)).norm
    #expect(distance <= 1e-14)
    let predicted = try #require(prepared.prediction.direction).state
    #expect((predicted - limit.scaled(by: 1 / limit.norm)).norm <= 1e-14)
    let aligned = try #require(prepared.prediction.alignedDirection).state
    #expect((aligned - limit.scaled(by: 1 / limit.norm)).norm <= 1e-14)
  }

  @Test(arguments: [0.5, 1, 2.0])
  func criticalDecayTendsToTheFixedPoint(ratio: Double) throws {
    var small = balanced(ratio)
    small.modelCase = .regularized
    let critical = 1.3 / (4 * 3.0.squareRoot())
    small.decay = WeightDecay(features: critical, prototypes: critical, bias: 0)
    let problem = try small.problem()
    let share = (1 - ratio) / (1 + ratio)
    let limit = combination(
      projection(problem, 1), projection(problem, -1), (1, share), (1, -share))
    var flow = try PreparedProblem(problem).exactFlow(until: 1e6)
    let state = try flow.snapshot(at: 5000).state().unscaled
    #expect((state - limit).norm <= 1e-12 * limit.norm)
  }

  /// Balanced, without decay: max(-gamma C, (C-2) gamma - 2) sqrt s/(C sqrt N) per unit of zeta_2.
  @Test(arguments: [0.05, 0.2, 0.3, 0.34, 0.5, 0.9], [0.5, 1, 2.0])
  func theGapIsTheTheorems(gamma: Double, ratio: Double) throws {
    let prepared = try PreparedProblem(try balanced(ratio, gamma: gamma).problem())
    let gap = max(-gamma * 4, 2 * gamma - 2) * ratio.squareRoot() / (4 * 3.0.squareRoot())
    guard case .exponential(let rate, _) = prepared.prediction.approach else {
      Issue.record("no exponential rate")
      return
    }
    #expect(abs(rate + gap) <= 1e-14)
  }

  /// For gamma above 2/(C-2) the common mode wins: prototypes collapse on one vector.
  @Test func largeGammaCollapsesThePrototypes() throws {
    let prepared = try PreparedProblem(try balanced(1, gamma: 1.5).problem())
    let limit = try #require(prepared.prediction.direction).state.prototypes
    for row in 0..<limit.rows {
      for column in 1..<limit.columns {
        #expect(abs(limit[row, column] - limit[row, 0]) <= 1e-15)
      }
    }
  }

  /// Every case far beyond overflow: finite log-norm and direction, at the limit.
  @Test(arguments: SmallProblem.everyCase)
  func longTimesAreFinite(small: SmallProblem) throws {
    let prepared = try PreparedProblem(try small.problem())
    var flow = try prepared.exactFlow(until: 1e6)
    let snapshot = try flow.snapshot(at: 1e6)
    let limit = try #require(prepared.prediction.direction)
    #expect(snapshot.logNorm().isFinite)
    let distance = snapshot.distance(to: limit)
    // Without decay anchored features approach like 1/zeta.
    let zeta = prepared.problem.rates.integrals(to: 1e6).features
    #expect(distance <= (small.name == "anchored without decay" ? 20 / zeta : 1e-12))
    if snapshot.logScale == 0 { #expect(snapshot.norms().total.isFinite) }
  }

  @Test func logNormGrowsLinearlyBeyondOverflow() throws {
    let prepared = try PreparedProblem(try balanced(1).problem())
    var flow = try prepared.exactFlow(until: 1e7)
    let first = try flow.snapshot(at: 1e6).logNorm()
    let second = try flow.snapshot(at: 2e6).logNorm()
    let exponent = 0.5 * 1.3 / (4 * 3.0.squareRoot())
    #expect(first > 1000)
    #expect(abs((second - first) / (1e6 * exponent) - 1) <= 1e-12)
  }

  /// Minority collapse: with R >= 2 equal largest classes the others vanish from the limit.
  @Test func minoritiesVanishFromTheLimit() throws {
    let small = SmallProblem("step") {
      $0.sizes = [8, 8, 8, 2, 2]
      $0.gamma = 0.25
    }
    let limit = try #require(try PreparedProblem(try small.problem()).prediction.direction)
    let prototypes = limit.state.prototypes
    for row in 0..<prototypes.rows {
      #expect(abs(prototypes[row, 3]) <= 1e-15)
      #expect(abs(prototypes[row, 4]) <= 1e-15)
      #expect(abs(prototypes[row, 0] + prototypes[row, 1] + prototypes[row, 2]) <= 1e-15)
    }
    let decomposition = try prototypes.singularValueDecomposition()
    #expect(decomposition.values[1] > 1e-2)
    #expect(decomposition.values[2] <= 1e-15)
  }

  /// A single largest class: rank one, and the others need not vanish (|U_min| = 0.447).
  @Test func oneMajorityGivesRankOne() throws {
    let small = SmallProblem("one majority") {
      $0.sizes = [50, 5, 5, 5, 5]
      $0.gamma = 0.25
    }
    let modes = try small.problem().labels.modes
    let top = try #require(modes.values.indices.max { modes.values[$0] < modes.values[$1] })
    let minorities = modes.left.column(top).dropFirst().map { $0 * $0 }.reduce(0, +)
    #expect(abs(minorities.squareRoot() - 0.447) <= 5e-4)
  }
}
