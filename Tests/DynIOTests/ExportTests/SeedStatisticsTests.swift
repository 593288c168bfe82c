import Dynamics
import Testing

@testable import DynIO

/// Means over seeds by hand.
@Suite struct SeedStatisticsTests {
  @Test func meansAndStandardErrors() {
    let mean = SeedMean([1, 2, 4, 5])
    #expect(mean.mean == 3)
    // Deviations -2, -1, 1, 2: sum of squares 10, divided by 4 * 3.
    #expect(abs(mean.standardError - (10.0 / 12).squareRoot()) <= 1e-15)
    #expect(mean.text == "3 +- 0.91")
    #expect(SeedMean([7]).standardError.isNaN)
  }

  @Test func otherSweepsHaveNone() {
    #expect(SeedStatistics(keys: ["model.loss.gamma"], observables: [], members: []) == nil)
    let single = [(values: ["1"], trajectories: [Trajectory]())]
    #expect(
      SeedStatistics(keys: ["initial_state.seed"], observables: [], members: single) == nil)
  }
}
