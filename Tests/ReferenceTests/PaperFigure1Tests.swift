import Dynamics
import Foundation
import Testing

/// Source A, figure 1: the unconstrained flow for several gamma.
@Suite struct PaperFigure1Tests {
  struct Setting: Sendable {
    let text: String
    let gamma: Double
  }

  static let figure = Result { try PaperFigure(1) }
  static let averaged = Setting(text: "averaged", gamma: Paper.averaged)
  static let aligning = [
    Setting(text: "0.001", gamma: 0.001), Setting(text: "0.005", gamma: 0.005), averaged,
  ]
  static let separating = aligning + [Setting(text: "0", gamma: 0)]
  /// eta/(C sqrt N) = sqrt(10) 1e-4.
  static let unit = 10.0.squareRoot() * 1e-4

  private func member(_ text: String) throws -> PaperMember {
    try Self.figure.get().member(text)
  }

  // Panel (b).

  @Test(arguments: PaperSolver.allCases)
  func accuracyFallsToChanceWhenGammaIsLarge(solver: PaperSolver) throws {
    let times: [Double] = [2_500, 10_000, 12_500, 20_000, 35_000, 40_000, 50_000]
    let accuracy = try member("0.05").curve("accuracy", by: solver, at: times)
    #expect(accuracy[0] == 1)
    #expect(accuracy.dropFirst().allSatisfy { $0 == Paper.chance })
  }

  @Test(arguments: separating) func accuracyReachesOneOtherwise(setting: Setting) throws {
    #expect(try member(setting.text).value("accuracy", at: Paper.end) == 1)
  }

  // Panel (c).

  @Test(arguments: aligning, PaperSolver.allCases)
  func theDistanceFallsAtThePrintedExponent(setting: Setting, solver: PaperSolver) throws {
    let distance = try member(setting.text)
      .curve("aligned_distance", by: solver, at: Paper.lastTenth)
    let gap = max(-setting.gamma * Paper.classCount, (Paper.classCount - 2) * setting.gamma - 2)
    let exponent = Paper.exponent(distance, over: Paper.lastTenth)
    #expect(exponent.agrees(with: Self.unit * gap, within: 0.01))
  }

  @Test(arguments: separating) func descentFollowsTheClosedForm(setting: Setting) throws {
    let times = [5_000.0] + Paper.lastHalf
    let descent = try member(setting.text).curve("aligned_distance", at: times)
    let flow = try member(setting.text).curve("aligned_distance", by: .flow, at: times)
    #expect(zip(descent, flow).allSatisfy { $0.agrees(with: $1, within: 3e-3) })
  }

  @Test(arguments: PaperSolver.allCases)
  func theDistanceHasAPlateauWithoutGamma(solver: PaperSolver) throws {
    let distance = try member("0").curve("aligned_distance", by: solver, at: Paper.lastHalf)
    #expect(distance[10].agrees(with: distance[0], within: 1e-3))
    #expect(distance[10] > 0.05)
  }

  @Test(arguments: PaperSolver.allCases)
  func theDistanceTendsToTheSquareRootOfTwoWhenGammaIsLarge(solver: PaperSolver) throws {
    let distance = try member("0.05").value("aligned_distance", by: solver, at: Paper.end)
    #expect(abs(distance - 2.0.squareRoot()) <= 1e-6)
  }

  @Test func theAveragedMarginIsTheFastest() throws {
    let ends = try ["0", "0.001", "0.005", "averaged"].map {
      try member($0).value("aligned_distance", at: Paper.end)
    }
    #expect(ends.isFalling)
  }

  // Panel (d).

  @Test(arguments: separating, PaperSolver.allCases)
  func theNormGrowsAtThePrintedRate(setting: Setting, solver: PaperSolver) throws {
    let slope = try slope(of: setting.text, by: solver)
    #expect(slope.agrees(with: (1 + setting.gamma) * Self.unit, within: 0.01))
  }

  @Test(arguments: PaperSolver.allCases)
  func theNormGrowsAtTheRateOfTheCommonPartWhenGammaIsLarge(solver: PaperSolver) throws {
    let slope = try slope(of: "0.05", by: solver)
    #expect(slope.agrees(with: 3.95 * Self.unit, within: 0.01))
  }

  @Test func descentGrowsByItsOwnFactor() throws {
    let factor = 0.1 * (0.05 * Paper.classCount - 1 - 0.05) / Paper.scale
    let descent = try slope(of: "0.05", by: .descent)
    let flow = try slope(of: "0.05", by: .flow)
    #expect(descent.agrees(with: log1p(factor), within: 1e-9))
    #expect(flow.agrees(with: factor, within: 1e-9))
  }

  private func slope(of text: String, by solver: PaperSolver) throws -> Double {
    let logarithms = try member(text).curve("log_norm_z", by: solver, at: Paper.lastHalf)
    return Paper.slope(logarithms, over: Paper.lastHalf)
  }
}
