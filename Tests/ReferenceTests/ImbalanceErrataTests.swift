import DynNumerics
import Dynamics
import Foundation
import Testing

/// The numbers of the article ImbalanceErrata, from a NumPy program: ten classes, half of them
/// minorities, class temperatures with multipliers of ratio R^g.
@Suite struct ImbalanceErrataTests {
  struct Row: Sendable {
    let ratio: Double
    /// For g = -0.5, 0, 0.5.
    let majority: [Double]
    let minority: [Double]
  }

  static let rows = [
    Row(
      ratio: 1e2, majority: [-0.21981, -0.06302, -0.00198],
      minority: [-0.21981, -0.22839, -0.24691]),
    Row(
      ratio: 1e4, majority: [-0.24688, -0.06223, -0.00002],
      minority: [-0.24688, -0.24779, -0.24997]),
    Row(ratio: 1e8, majority: [-0.24997, -0.06222, 0], minority: [-0.24997, -0.24998, -0.25]),
    Row(ratio: 1e12, majority: [-0.25, -0.06222, 0], minority: [-0.25, -0.25, -0.25]),
  ]

  private func means(ratio: Double, power: Double) throws -> GroupGeometry {
    let isMajority = (0..<10).map { $0 < 5 }
    let geometry = try MaxMarginGeometry(
      sizes: isMajority.map { $0 ? ratio : 1 },
      multipliers: isMajority.map { $0 ? pow(ratio, power) : 1 },
      labelFactors: isMajority.map { _ in 1 }
    ).solution()
    return GroupGeometry(
      gram: geometry.gramClassMeans, groups: ClassGroups(isMajority: isMajority))
  }

  @Test(arguments: rows.indices) func theTableHolds(index: Int) throws {
    let row = Self.rows[index]
    for (position, power) in [-0.5, 0, 0.5].enumerated() {
      let own = try means(ratio: row.ratio, power: power)
      #expect(abs(own.majorityCosine - row.majority[position]) <= 5.1e-6)
      #expect(abs(own.minorityCosine - row.minority[position]) <= 5.1e-6)
    }
  }

  /// The printed limits: 0 for both groups at g < 0, -2/(k-2) for majorities at g > 0.
  @Test func thePrintedLimitsAreFarAway() throws {
    let below = try means(ratio: 1e12, power: -0.5)
    #expect(abs(below.minorityCosine - 0) > 0.24)
    #expect(abs(below.majorityCosine - 0) > 0.24)
    #expect(abs(try means(ratio: 1e12, power: 0.5).majorityCosine + 0.25) > 0.24)
  }
}
