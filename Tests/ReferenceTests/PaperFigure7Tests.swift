import Dynamics
import Testing

/// Source A, figure 7: directions for several decays.
@Suite struct PaperFigure7Tests {
  static let figure = Result { try PaperFigure(7) }
  static let names = ["limit_distance_h", "limit_distance_w", "direction_distance"]

  @Test(arguments: PaperSolver.allCases)
  func directionsReachTheirLimitsAtEveryDecay(solver: PaperSolver) throws {
    let times = [0, 1_000, 5_000, 10_000] + Paper.lastHalf
    for member in try Self.figure.get().members {
      for curve in try member.curves(Self.names, by: solver, at: times) {
        #expect(curve.isFalling)
        #expect(try #require(curve.last) <= 1e-6)
      }
    }
  }

  @Test(arguments: PaperSolver.allCases)
  func theRateIsTheSameAtEveryDecay(solver: PaperSolver) throws {
    for member in try Self.figure.get().members {
      for curve in try member.curves(Self.names, by: solver, at: Paper.lastTenth) {
        let exponent = Paper.exponent(curve, over: Paper.lastTenth)
        #expect(exponent.agrees(with: -0.1 * Paper.critical, within: 0.01))
      }
    }
  }

  @Test func theFlowsHaveOneCurve() throws {
    let times = [0, 100, 1_000, 10_000] + Paper.lastHalf
    let curves = try Self.figure.get().members.map {
      try $0.curves(Self.names, by: .flow, at: times).flatMap { $0 }
    }
    for curve in curves {
      #expect(zip(curve, curves[0]).allSatisfy { $0.agrees(with: $1, within: 1e-8) })
    }
  }
}
