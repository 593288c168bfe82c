import Dynamics
import Testing

/// Source A, figure 6: learning rates at the critical decay.
@Suite struct PaperFigure6Tests {
  static let figure = Result { try PaperFigure(6) }
  static let names = ["projection_distance_h", "projection_distance_w"]

  @Test(arguments: names, PaperSolver.allCases)
  func largerRatesConvergeFaster(name: String, solver: PaperSolver) throws {
    let times: [Double] = [500, 1_000, 5_000, 10_000, 20_000]
    let curves = try Self.figure.get().members.map { try $0.curve(name, by: solver, at: times) }
    for index in times.indices { #expect(curves.map { $0[index] }.isFalling) }
  }

  /// At t = 5000/eta; the two smallest rates need more than the figure's 50,000 steps.
  @Test(arguments: names, PaperSolver.allCases)
  func allRatesReachTheSameLimit(name: String, solver: PaperSolver) throws {
    for member in try Self.figure.get().members {
      let rate = try #require(Double(member.values[0]))
      #expect(try member.value(name, by: solver, at: (5_000 / rate).rounded()) <= 1e-4)
    }
  }

  @Test(arguments: names) func theFlowDependsOnRateTimesTimeOnly(name: String) throws {
    let products: [Double] = [5, 50, 500, 2_500]
    let curves = try Self.figure.get().members.map { member in
      let rate = try #require(Double(member.values[0]))
      return try member.curve(name, by: .flow, at: products.map { $0 / rate })
    }
    for curve in curves {
      #expect(zip(curve, curves[0]).allSatisfy { $0.agrees(with: $1, within: 1e-8) })
    }
  }

  @Test func theSmallestRateHasNotConvergedWithinTheFigure() throws {
    let member = try Self.figure.get().member("0.001")
    let distances = try member.curve("projection_distance_w", at: [0, Paper.end])
    #expect(distances[1] > distances[0] / 2)
  }
}
