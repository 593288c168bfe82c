import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

@Suite struct ObservableEdgeTests {
  private func value(_ observable: Observable, _ problem: Problem, _ state: State) throws -> Double
  {
    let prediction = try PreparedProblem(problem).prediction
    let snapshot = FullSnapshot(time: 0, problem: problem, state: state)
    return observable.value(Observation(snapshot) { prediction })
  }

  private func matrix(_ rows: [[Double]]) -> Matrix {
    Matrix(rows: rows.count, columns: rows[0].count, elements: rows.flatMap { $0 })
  }

  /// Two classes of one sample each, in the plane.
  private func pair(bias: [Double]? = nil) throws -> Problem {
    var sample = SmallProblem("pair")
    sample.sizes = [1, 1]
    sample.dimension = 2
    sample.hasBias = bias != nil
    return try sample.problem()
  }

  @Test func tiesCountAsWrong() throws {
    let problem = try pair()
    let same = State(
      features: matrix([[1, 2], [0, 1]]), prototypes: matrix([[1, 1], [3, 3]]))
    #expect(try value(.accuracy, problem, same) == 0)
    let apart = State(
      features: matrix([[1, 0], [0, 1]]), prototypes: matrix([[1, 0], [0, 1]]))
    #expect(try value(.accuracy, problem, apart) == 1)
    let halved = State(
      features: matrix([[1, 0], [0, 0]]), prototypes: matrix([[1, 0], [0, 1]]))
    #expect(try value(.accuracy, problem, halved) == 0.5)
  }

  @Test func aCommonPartOfThePrototypesDoesNotDrownTheirDifferences() throws {
    let problem = try pair()
    let common = 0x1p50
    let state = State(
      features: matrix([[1, 1], [1, -1]]),
      prototypes: matrix([[common, common], [common + 1, common - 1]]))
    #expect(try value(.accuracy, problem, state) == 1)
  }

  @Test func theBiasDecidesWhereFeaturesAreSilent() throws {
    let problem = try pair(bias: [0, 1])
    let state = State(
      features: matrix([[0, 0], [0, 0]]), prototypes: matrix([[1, 0], [0, 1]]), bias: [0, 1])
    #expect(try value(.accuracy, problem, state) == 0.5)
  }

  @Test func aPerfectFrameHasNoError() throws {
    let problem = try SmallProblem("frame") {
      $0.sizes = [2, 2, 2, 2]
      $0.dimension = 3
    }.problem()
    let frame = SimplexETF.matrix(classCount: 4).transposed
    let state = State(
      features: 3 * problem.labels.repeated(frame), prototypes: 0.5 * frame)
    let collapsed: [Observable] = [
      .nc1Pinv, .nc1Quot, .nc1Cdnv, .nc2Features, .nc2Prototypes, .nc3Dual, .nc3Align,
      .alignmentDistance,
    ]
    for observable in collapsed {
      #expect(try value(observable, problem, state) <= 1e-14, "\(observable.name)")
    }
    let full: [Observable] = [.accuracy, .alignment, .nc4Agree]
    for observable in full {
      #expect(abs(try value(observable, problem, state) - 1) <= 1e-15, "\(observable.name)")
    }
  }

  @Test func classesOfOneSampleHaveNoVariance() throws {
    var random = RandomNumbers(41)
    let state = State(features: random.matrix(2, 2), prototypes: random.matrix(2, 2))
    for observable in [Observable.nc1Pinv, .nc1Quot, .nc1Cdnv] {
      #expect(try value(observable, pair(), state) == 0, "\(observable.name)")
    }
  }

  /// Observables that divide by a norm of the features, or of their differences.
  @Test(arguments: [
    "alignment", "alignment_distance", "nc1_quot", "nc1_cdnv", "nc2_etf_err_features",
    "nc3_dual_err", "nc3_align",
  ])
  func withoutFeaturesAQuotientIsNotANumber(name: String) throws {
    let observable = try #require(Observables.named([name]).first)
    let problem = try SmallProblem("zeros").problem()
    let start = problem.initialState
    let state = State(features: 0 * start.features, prototypes: start.prototypes)
    #expect(try value(observable, problem, state).isNaN)
  }

  @Test(arguments: ["alignment", "alignment_distance", "nc2_etf_err_prototypes", "nc3_align"])
  func withoutPrototypesAQuotientIsNotANumber(name: String) throws {
    let observable = try #require(Observables.named([name]).first)
    let problem = try SmallProblem("zeros").problem()
    let start = problem.initialState
    let state = State(features: start.features, prototypes: 0 * start.prototypes)
    #expect(try value(observable, problem, state).isNaN)
  }

  @Test(arguments: Observables.all.map(\.name)) func aStateOfZerosDoesNotCrash(
    name: String
  ) throws {
    let observable = try #require(Observables.named([name]).first)
    for sample in SmallProblem.everyCase where sample.modelCase != .spherical {
      let full = try sample.problem()
      let zeros = full.initialState.scaled(by: 0)
      let problem = full.starting(from: zeros)
      let prepared = try PreparedProblem(problem)
      var evaluator = try prepared.exactFlow(until: 1)
      for time in [0.0, 1] {
        let snapshot = try evaluator.snapshot(at: time)
        let found = observable.value(Observation(snapshot) { prepared.prediction })
        #expect(found.isNaN || found <= 1 || found.isInfinite)
      }
    }
  }
}
