import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

@Suite struct ObservableTests {
  /// Every case, and shapes that are easy to get wrong.
  static let problems =
    SmallProblem.everyCase + [
      SmallProblem("two classes") {
        $0.sizes = [4, 3]
        $0.gamma = 1
      },
      SmallProblem("classes of one sample") { $0.sizes = [1, 5, 1, 2] },
      SmallProblem("balanced") {
        $0.sizes = [3, 3, 3, 3]
        $0.rates = LearningRates(
          prototypes: ConstantSchedule(0.5), features: .proportional(2.3))
      },
      SmallProblem("fewer coordinates than classes") {
        $0.sizes = [3, 2, 4, 3, 2]
        $0.dimension = 2
      },
      SmallProblem("inverse frequency") { $0.weights = .inverseFrequency },
    ]

  private func observed(
    _ observable: Observable, _ snapshot: any Snapshot, _ prepared: PreparedProblem
  ) -> Double {
    observable.value(Observation(snapshot) { prepared.prediction })
  }

  private func agrees(_ value: Double, _ expected: Double, to tolerance: Double) -> Bool {
    if expected.isNaN { return value.isNaN }
    return abs(value - expected) <= tolerance * max(1, abs(expected))
  }

  @Test(arguments: problems, Observables.all.map(\.name))
  func observablesFollowTheContractsDefinition(_ sample: SmallProblem, name: String) throws {
    let observable = try #require(Observables.named([name]).first)
    let problem = try sample.problem()
    let prepared = try PreparedProblem(problem)
    var random = RandomNumbers(31)
    let start = problem.initialState
    let state = State(
      features: random.matrix(start.features.rows, start.features.columns),
      prototypes: random.matrix(start.prototypes.rows, start.prototypes.columns),
      bias: start.bias.map { random.matrix(1, $0.count).elements })
    let metrics = LiteralMetrics(
      problem: problem, state: state, direction: prepared.prediction.direction?.state,
      aligned: prepared.prediction.alignedDirection?.state)
    let expected = try #require(metrics.value(name), "\(name) has no definition in the tests")
    let snapshot = FullSnapshot(time: 0, problem: problem, state: state)
    #expect(agrees(observed(observable, snapshot, prepared), expected, to: 1e-12))
  }

  @Test(arguments: problems, [0, 0.5, 6.0])
  func reducedSnapshotsAgreeWithTheFullState(_ sample: SmallProblem, time: Double) throws {
    let prepared = try PreparedProblem(try sample.problem())
    var evaluator = try prepared.exactFlow(until: 6)
    let reduced = try evaluator.snapshot(at: time)
    let full = FullSnapshot(
      time: time, problem: prepared.problem, state: reduced.state().unscaled)
    let wrong = Observables.all.filter { observable in
      let expected = observed(observable, full, prepared)
      return !agrees(observed(observable, reduced, prepared), expected, to: 1e-10)
    }
    #expect(wrong.map(\.name) == [])
    #expect(reduced.relativeError(against: full) <= 1e-14)
  }

  @Test(arguments: problems) func reducedSnapshotsStayFiniteWhereTheStateOverflows(
    _ sample: SmallProblem
  ) throws {
    let problem = try sample.problem()
    guard problem.modelCase.movesPrototypes else { return }
    let prepared = try PreparedProblem(problem)
    var evaluator = try prepared.exactFlow(until: 1e6)
    let early = try evaluator.snapshot(at: 1e5)
    let late = try evaluator.snapshot(at: 2e5)
    let zeta = problem.rates.integrals(to: 1e5).prototypes
    let growth = prepared.prediction.growthExponent * zeta
    #expect(abs(late.logNorm() - early.logNorm() - growth) <= 1e-9 * max(growth, 1))
    #expect(observed(.normState, late, prepared) == (growth > 1000 ? .infinity : 0))
    let bounded: [Observable] = [.alignment, .nc2Features, .nc2Prototypes, .directionDistance]
    #expect(bounded.allSatisfy { observed($0, late, prepared).isFinite })
  }

  @Test func namesAreUniqueAndFoundInTheirOrder() {
    let names = Observables.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Observables.named(["norm_z", "none", "loss"]).map(\.name) == ["norm_z", "loss"])
  }

  @Test func defaultsAreWhatIsCheapAndApplies() throws {
    let problem = try SmallProblem("unconstrained").problem()
    let names = Observables.defaults(for: problem).map(\.name)
    #expect(!names.contains("objective") && !names.contains("aligned_distance"))
    #expect(!names.contains("nc1_pinv") && !names.contains("nc4_agree"))
    #expect(names.contains("loss") && names.contains("nc1_quot"))
  }
}
