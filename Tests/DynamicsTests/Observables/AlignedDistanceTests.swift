import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

@Suite struct AlignedDistanceTests {
  private func value(_ observable: Observable, _ problem: Problem) throws -> Double {
    let prediction = try PreparedProblem(problem).prediction
    let snapshot = FullSnapshot(time: 0, problem: problem, state: problem.initialState)
    return observable.value(Observation(snapshot) { prediction })
  }

  /// Zbar, the aligned limit of the balanced case, from projections on the balanced modes.
  @Test(arguments: [0.2, 0.6, 2], [0.3, 1, 2.5])
  func alignedDistanceIsToTheTheorysLimit(gamma: Double, ratio: Double) throws {
    let problem = try SmallProblem("balanced") {
      $0.sizes = [3, 3, 3, 3]
      $0.gamma = gamma
      $0.rates = LearningRates(prototypes: ConstantSchedule(1), features: .proportional(ratio))
    }.problem()
    let limit = AlignedModes(problem).limit(ratio: ratio)
    let start = problem.initialState
    let metrics = LiteralMetrics(problem: problem, state: start, direction: limit, aligned: limit)
    let expected = try #require(metrics.value("aligned_distance"))
    #expect(abs(try value(.alignedDistance, problem) - expected) <= 1e-14)
    if gamma < 1 {
      #expect(abs(try value(.directionDistance, problem) - expected) <= 1e-14)
    }
  }
}
