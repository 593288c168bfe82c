import Dynamics
import Foundation
import Testing

/// Source A, figure 4: weight decay up to the critical value.
@Suite struct PaperFigure4Tests {
  static let figure = Result { try PaperFigure(4) }
  static let subcritical = ["0", "0.001", "0.002"]
  static let times = [0, 10, 100, 500, 1_000, 2_500, 5_000, 10_000] + Paper.lastHalf

  private func member(_ text: String) throws -> PaperMember {
    try Self.figure.get().member(text)
  }

  @Test(arguments: subcritical, PaperSolver.allCases)
  func theStateDivergesBelowTheCriticalDecay(text: String, solver: PaperSolver) throws {
    let growth = 0.1 * (Paper.critical - (try #require(Double(text))))
    let curves = try member(text)
      .curves(["log_norm_z", "projection_distance_w"], by: solver, at: Paper.lastHalf)
    let expected = solver == .flow ? growth : log1p(growth)
    for curve in curves { #expect(curve.isRising) }
    #expect(Paper.slope(curves[0], over: Paper.lastHalf).agrees(with: expected, within: 1e-5))
  }

  @Test(arguments: PaperSolver.allCases)
  func prototypesReachTheirProjectionAtTheCriticalDecay(solver: PaperSolver) throws {
    let critical = try member("critical")
    let distances = try critical.curve("projection_distance_w", by: solver, at: Self.times)
    #expect(distances.isFalling)
    #expect(try #require(distances.last) <= 1e-5)
    let late = try critical.curve("projection_distance_w", by: solver, at: Paper.lastTenth)
    let exponent = Paper.exponent(late, over: Paper.lastTenth)
    #expect(exponent.agrees(with: -0.1 * Paper.critical, within: 0.01))
  }

  @Test(arguments: subcritical)
  func theRatioOfNormsDoesNotDependOnTheDecay(text: String) throws {
    let ratios = try member(text).curve("norm_ratio", by: .flow, at: Self.times)
    let others = try member("critical").curve("norm_ratio", by: .flow, at: Self.times)
    #expect(zip(ratios, others).allSatisfy { $0.agrees(with: $1, within: 1e-10) })
  }

  /// Steps of size e multiply modes by 1 + e exponent: what cancels in the flow leaves O(e).
  @Test(arguments: subcritical)
  func descentKeepsTheRatioUpToItsStep(text: String) throws {
    let ratios = try member(text).curve("norm_ratio", at: Self.times)
    let others = try member("critical").curve("norm_ratio", at: Self.times)
    let gaps = zip(ratios, others).map { abs($0 / $1 - 1) }
    #expect(gaps.allSatisfy { $0 <= 3e-4 })
    #expect(try #require(gaps.max()) >= 1e-6)
    let last = try #require(ratios.last)
    #expect(last.agrees(with: 1, within: 1e-9))
  }
}
