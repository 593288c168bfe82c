import DynNumerics
import Dynamics
import Foundation
import Testing

/// Source A, figure 5: the critical decay for several gamma.
@Suite struct PaperFigure5Tests {
  static let figure = Result { try PaperFigure(5) }

  private func member(_ text: String) throws -> PaperMember {
    try Self.figure.get().member(text)
  }

  @Test(arguments: PaperSolver.allCases)
  func theStateDivergesWhenGammaIsLarge(solver: PaperSolver) throws {
    let curves = try member("0.1").curves(
      ["norm_h", "norm_w", "projection_distance_w"], by: solver, at: Paper.lastHalf)
    let growth = 0.1 * (Paper.classCount * 0.1 - 2 * (1 + 0.1)) / Paper.scale
    let expected = solver == .flow ? growth : log1p(growth)
    for curve in curves {
      #expect(curve.isRising)
      #expect(Paper.exponent(curve, over: Paper.lastHalf).agrees(with: expected, within: 1e-6))
    }
    #expect(try member("0.1").value("accuracy", by: solver, at: Paper.end) == Paper.chance)
  }

  @Test(arguments: ["0.01", "averaged"], PaperSolver.allCases)
  func theStateReachesTheAlignedProjection(text: String, solver: PaperSolver) throws {
    let times = [0, 1_000, 5_000, 10_000] + Paper.lastHalf
    let curves = try member(text)
      .curves(["projection_distance_h", "projection_distance_w"], by: solver, at: times)
    for curve in curves {
      #expect(curve.isFalling)
      #expect(try #require(curve.last) <= 1e-4)
    }
  }

  /// It is on its way: 3.4 of 16.4 are left after 50,000 steps.
  @Test(arguments: PaperSolver.allCases)
  func aSmallGammaConvergesSlowly(solver: PaperSolver) throws {
    let member = try member("0.001")
    let late = try member.curve("projection_distance_w", by: solver, at: Paper.lastTenth)
    let exponent = Paper.exponent(late, over: Paper.lastTenth)
    let expected = -0.1 * 0.001 * Paper.classCount / Paper.scale
    #expect(exponent.agrees(with: expected, within: 0.01))
    #expect(try #require(late.last) > 1)
    #expect(try member.value("projection_distance_w", by: solver, at: 20 * Paper.end) <= 1e-10)
  }

  @Test(arguments: ["0", "0.001", "0.01", "averaged"])
  func accuracyReachesOneUnlessGammaIsLarge(text: String) throws {
    #expect(try member(text).value("accuracy", at: Paper.end) == 1)
  }

  /// By sqrt C |h_+|, about sqrt(p/2) = 16 for normal numbers of scale 1.
  @Test(arguments: PaperSolver.allCases)
  func prototypesStayAwayFromTheProjectionWithoutGamma(solver: PaperSolver) throws {
    let member = try member("0")
    let distances = try member.curve("projection_distance_w", by: solver, at: Paper.lastHalf)
    let projections = Projections(member.prepared.problem.initialState)
    let kept = projections.common.norm * Paper.classCount.squareRoot()
    #expect(abs(kept - 16) <= 1.5)
    #expect(distances[0].agrees(with: kept, within: 1e-6))
    #expect(distances[10].agrees(with: kept, within: 1e-10))
  }

  @Test(arguments: PaperSolver.allCases)
  func theLimitWithoutGammaIsTheSumOfBothGrowingProjections(solver: PaperSolver) throws {
    let member = try member("0")
    let projections = Projections(member.prepared.problem.initialState)
    let prototypes = try member.state(by: solver, at: 2 * Paper.end).prototypes
    let limit = Matrix(rows: prototypes.rows, columns: prototypes.columns) {
      projections.separating[$0, $1] + projections.common[$0]
    }
    let error = zip(prototypes.elements, limit.elements).map { $0 - $1 }.norm
    #expect(error <= 1e-9 * limit.elements.norm)
  }
}

/// P_+ and h_+ of the unconstrained flow straight from their definitions, ten samples a class in order.
private struct Projections {
  /// P_+ (p x C).
  let separating: Matrix
  /// h_+ (p).
  let common: [Double]

  init(_ state: State) {
    let size = state.features.columns / state.prototypes.columns
    let both = Matrix(rows: state.prototypes.rows, columns: state.prototypes.columns) {
      row, label in
      let samples = (0..<size).map { state.features[row, label * size + $0] }
      return samples.reduce(0, +) / Double(size).squareRoot() + state.prototypes[row, label]
    }
    let means = (0..<both.rows).map { row in
      both.elements[both.range(ofRow: row)].reduce(0, +) / Double(both.columns)
    }
    separating = Matrix(rows: both.rows, columns: both.columns) {
      (both[$0, $1] - means[$0]) / 2
    }
    common = means.map { $0 / 2 }
  }
}
