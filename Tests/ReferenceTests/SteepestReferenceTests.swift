import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// Ten steps on weighted cross-entropy with decay and bias against those of NumPy
/// (`steepest_cases.json`).
@Suite struct SteepestReferenceTests {
  private static let file = "steepest_cases.json"

  private static func matrix(_ rows: Int, _ columns: Int, _ entries: [Double]) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: entries)
  }

  /// The start that the file's formulas describe.
  private static func problem() throws -> Problem {
    let state = State(
      features: Matrix(rows: 4, columns: 6) { sin(1 + 3 * Double($0) + 7 * Double($1)) },
      prototypes: Matrix(rows: 4, columns: 3) { cos(2 + 5 * Double($0) + 3 * Double($1)) },
      bias: [0.1, -0.2, 0.3])
    return try LandscapeProblem.layerPeeled(
      sizes: [3, 2, 1], decay: WeightDecay(features: 0.01, prototypes: 0.02, bias: 0.03),
      weights: .list([0.5, 1, 2]), state: state)
  }

  @Test(arguments: 0..<6) func tenSteps(index: Int) throws {
    let reference = Fields(try ReferenceFile.value(Self.file)).list("cases").map(Fields.init)[index]
    let direction: any SteepestDirection =
      try reference.string("direction") == "spectral" ? SpectralDirection() : SignDirection()
    let solver = SteepestDescentSolver(
      direction: direction,
      settings: DescentSettings(
        step: 0.1,
        momentum: Momentum(
          factor: try reference.number("momentum"), isNesterov: reference.isTrue("nesterov"))))
    let state = try solver.states(of: try Self.problem(), at: [1])[0]
    let expected = State(
      features: Self.matrix(4, 6, reference.numbers("features")),
      prototypes: Self.matrix(4, 3, reference.numbers("prototypes")),
      bias: reference.numbers("bias"))
    #expect((state - expected).norm <= 1e-13 * expected.norm)
  }
}
