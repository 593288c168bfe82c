import Dynamics
import Testing

/// Source A, figure 9: spherical features and a fixed simplex ETF.
@Suite struct PaperFigure9Tests {
  static let figure = Result { try PaperFigure(9) }
  static let rates = ["0.1", "0.5", "1", "5", "10"]
  /// 1,000 steps of descent take a debug build a tenth of a second.
  static let early: [Double] = [0, 100, 200, 500, 1_000]
  static let times = [0, 1_000, 5_000, 10_000] + Paper.lastHalf

  private func member(_ rescales: Bool, _ rate: String) throws -> PaperMember {
    try Self.figure.get().member("\(rescales)", rate)
  }

  @Test(arguments: rates, [false, true])
  func normsGrowAndAlignmentImprovesUnderDescent(rate: String, rescales: Bool) throws {
    let curves = try member(rescales, rate)
      .curves(["norm_h", "alignment_distance"], at: Self.early)
    #expect(curves[0].isRising)
    #expect(curves[1].isFalling)
  }

  @Test(arguments: rates, [false, true])
  func normsAreConstantAndAlignmentImprovesUnderTheFlow(rate: String, rescales: Bool) throws {
    let curves = try member(rescales, rate)
      .curves(["norm_h", "alignment_distance"], by: .flow, at: Self.times)
    #expect(curves[0].allSatisfy { $0.agrees(with: curves[0][0], within: 1e-14) })
    #expect(curves[1].isFalling)
  }

  @Test(arguments: rates) func rescalingIsFaster(rate: String) throws {
    for (solver, times) in [(PaperSolver.flow, Self.times), (.descent, Self.early)] {
      let rescaled = try member(true, rate).curve("alignment_distance", by: solver, at: times)
      let plain = try member(false, rate).curve("alignment_distance", by: solver, at: times)
      #expect(zip(rescaled, plain).dropFirst().allSatisfy { $0 < $1 })
    }
  }

  @Test(arguments: [false, true]) func largerRatesAreFaster(rescales: Bool) throws {
    let ends = try Self.rates.map {
      try member(rescales, $0).value("alignment_distance", by: .flow, at: Paper.end)
    }
    #expect(ends.isFalling)
  }

  /// The only member that falls from 1e-2 to 2e-8 within the figure, and all 50,000 steps of it.
  /// Growth that is lost to rounding once x no longer moves adds up to 6e-14 of the norm.
  @Test func descentAlignsExponentially() throws {
    let times = [0] + Paper.times(from: 20_000, to: Paper.end)
    let curves = try member(true, "10").curves(["norm_h", "alignment_distance"], at: times)
    #expect(zip(curves[0], curves[0].dropFirst()).allSatisfy { $0 <= $1 * (1 + 1e-13) })
    #expect(curves[0][11] > curves[0][0])
    #expect(curves[1][1] <= 1e-2)
    #expect(curves[1][11] <= 1e-7)
    expectExponential(
      Array(curves[1].dropFirst()), at: Array(times.dropFirst()),
      exponent: exponent(rate: 10, rescales: true), within: 0.05)
  }

  /// Without rescaling nobody aligns within the figure: the times are counted in e-foldings. Longer
  /// features are slower, hence the tolerances.
  @Test(arguments: rates, [false, true])
  func theFlowAlignsExponentially(rate: String, rescales: Bool) throws {
    let exponent = exponent(rate: try #require(Double(rate)), rescales: rescales)
    let times = Paper.times(from: 9, to: 21).map { $0 / -exponent }
    let distances = try member(rescales, rate)
      .curve("alignment_distance", by: .flow, at: times)
    #expect(distances[0] <= 1.1e-2)
    #expect(distances[10] <= 1e-6)
    expectExponential(
      distances, at: times, exponent: exponent, within: rescales ? 0.04 : 0.12)
  }

  /// That of a feature of norm sqrt p: -eta |v|/(n r^2), or with rescaling -eta |v|/(n r).
  private func exponent(rate: Double, rescales: Bool) -> Double {
    let norm = 512.0.squareRoot()
    return -rate * (1 + Paper.averaged) / (1_000 * norm * (rescales ? 1 : norm))
  }

  /// Every slope between neighbours is the exponent, within a tolerance.
  private func expectExponential(
    _ distances: [Double], at times: [Double], exponent: Double, within tolerance: Double
  ) {
    for index in times.indices.dropFirst() {
      let pair = index - 1...index
      let slope = Paper.exponent(Array(distances[pair]), over: Array(times[pair]))
      #expect(slope.agrees(with: exponent, within: tolerance))
    }
  }
}
