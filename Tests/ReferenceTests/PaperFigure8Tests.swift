import Dynamics
import Testing

/// Source A, figure 8: the ratio s of the learning rates of features and prototypes.
@Suite struct PaperFigure8Tests {
  static let figure = Result { try PaperFigure(8) }
  /// eta_2 times the largest singular value.
  static let rate = 0.5 * Paper.critical

  @Test(arguments: PaperSolver.allCases)
  func largerRatiosBringFeaturesCloserAtAllTimes(solver: PaperSolver) throws {
    let times: [Double] = [500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000]
    try expectOrder("limit_distance_h", solver, times)
  }

  @Test(arguments: PaperSolver.allCases)
  func largerRatiosBringPrototypesCloserAtFirst(solver: PaperSolver) throws {
    try expectOrder("limit_distance_w", solver, [500, 1_000, 2_000, 4_000])
  }

  /// The common part of the prototypes falls at eta_2 lambda whatever s is.
  @Test(arguments: PaperSolver.allCases)
  func prototypesOfLargeRatiosEndAtOneRate(solver: PaperSolver) throws {
    let times = Paper.times(from: 15_000, to: 20_000)
    let curves = try ["0.5", "1"].map {
      try Self.figure.get().member($0).curve("limit_distance_w", by: solver, at: times)
    }
    for curve in curves {
      #expect(Paper.exponent(curve, over: times).agrees(with: -Self.rate, within: 0.01))
    }
    #expect(zip(curves[0], curves[1]).allSatisfy { $0 < $1 })
  }

  @Test(arguments: PaperSolver.allCases)
  func featuresConvergeAtARateProportionalToTheRatio(solver: PaperSolver) throws {
    for member in try Self.figure.get().members {
      let ratio = try #require(Double(member.values[0]))
      let times = Paper.times(from: 6_000, to: 8_000).map { ($0 / ratio).rounded() }
      let curve = try member.curve("limit_distance_h", by: solver, at: times)
      let exponent = Paper.exponent(curve, over: times)
      #expect(exponent.agrees(with: -ratio * Self.rate, within: 0.01))
    }
  }

  private func expectOrder(_ name: String, _ solver: PaperSolver, _ times: [Double]) throws {
    let curves = try Self.figure.get().members.map { try $0.curve(name, by: solver, at: times) }
    for index in times.indices { #expect(curves.map { $0[index] }.isFalling) }
  }
}
