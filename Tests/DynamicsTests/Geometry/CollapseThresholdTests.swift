import DynNumerics
import Testing

@testable import Dynamics

/// The decay from which on the smallest classes coincide, against the solutions beside it.
@Suite struct CollapseThresholdTests {
  private func ridge(_ sizes: [Int], decay: Double, weights: [Double]? = nil) -> RidgeGeometry {
    RidgeGeometry(
      loss: CrossEntropyLoss(), sizes: sizes,
      classWeights: weights ?? sizes.map { _ in 1 }, featureDecay: decay, prototypeDecay: decay)
  }

  /// |w_k - w_l| of the last two classes.
  private func distance(_ geometry: CollapsedGeometry) -> Double {
    let gram = geometry.gramPrototypes
    let last = gram.rows - 1
    let square = gram[last, last] + gram[last - 1, last - 1] - 2 * gram[last, last - 1]
    return max(square, 0).squareRoot()
  }

  @Test(arguments: [[20, 20, 3, 3], [20, 10, 3, 3], [50, 20, 7, 2, 2], [30, 4, 4, 4]])
  func equalSmallestClassesCoincideFromThere(sizes: [Int]) throws {
    let threshold = try #require(ridge(sizes, decay: 1).minorityThreshold)
    #expect(distance(try ridge(sizes, decay: 1.005 * threshold).solution()) < 1e-5)
    #expect(distance(try ridge(sizes, decay: 0.98 * threshold).solution()) > 1e-2)
  }

  /// A single smallest class coincides with no other: there is no such decay, and none is named.
  @Test(arguments: [[20, 20, 3, 2], [1000, 100, 10], [5, 4, 3]])
  func aSingleSmallestClassHasNoThreshold(sizes: [Int]) throws {
    let problem = ridge(sizes, decay: 0.01)
    #expect(problem.minorityThreshold == nil)
    #expect(try problem.solution().threshold == nil)
    let question = PredictedGeometry(
      sizes: sizes, loss: CrossEntropyLoss(), classWeights: sizes.map { _ in 1 },
      decay: .none, hasBias: false, width: 10)
    let fault = try #require(throws: Fault.self) { try question.solving(.minorityCollapse) }
    #expect(fault.path == "model.samples_per_class")
  }

  @Test func unequalWeightsOfTheSmallestHaveNoThreshold() {
    #expect(ridge([9, 3, 3], decay: 0.01, weights: [1, 1, 2]).minorityThreshold == nil)
  }

  /// A ratio that is a unit of rounding above the whole number meant gives the same sizes.
  @Test func profilesSurviveALastBit() {
    for ratio in [2.0, 5, 10, 20, 50, 100] {
      let exact = ClassProfile.step(majority: 100, ratio: ratio, minorityFraction: 0.5)
      for other in [ratio.nextUp, ratio.nextUp.nextUp, ratio.nextDown] {
        let moved = ClassProfile.step(majority: 100, ratio: other, minorityFraction: 0.5)
        #expect(moved.sizes(classCount: 10) == exact.sizes(classCount: 10))
      }
    }
  }
}
