import DynNumerics
import Foundation
import TestSupport
import Testing

/// Eigenvalues of operators of any size are found relative to it, by every method.
@Suite struct ScaledSpectrumTests {
  private static let scales = [1e-150, 1e-20, 1e-10, 1e-3, 1, 1e10, 1e150]

  /// Second differences, whose entries are small integers, times a scale.
  private func scaled(_ size: Int, _ scale: Double) -> Matrix { scale * secondDifferences(size) }

  @Test(arguments: scales) func dense(scale: Double) throws {
    let factors = try scaled(30, scale).symmetricEigendecomposition()
    for (value, expected) in zip(factors.values, secondDifferenceEigenvalues(30)) {
      #expect(abs(value / scale - expected) <= 1e-14, "\(value)")
    }
    #expect(factors.vectors.orthonormalityError <= 2e-14)
    let moved = factors.vectors.scalingColumns(by: factors.values.map { $0 / scale })
    #expect(secondDifferences(30).naivelyTimes(factors.vectors).distance(to: moved) <= 1e-13)
  }

  /// Extremes with what was asked for: 1e-9 of operators of size 1 and more, and that share of smaller
  /// ones.
  @Test(arguments: scales, [8, 60]) func extremes(scale: Double, size: Int) throws {
    let matrix = scaled(size, scale)
    let extremes = try ExtremeEigenvalues(DenseSymmetricOperator(matrix))
    let expected = secondDifferenceEigenvalues(size)
    #expect(extremes.hasConverged)
    let asked = max(1e-9 * min(1, 4 * scale), 64 * .ulpOfOne * 4 * scale)
    #expect(extremes.tolerance <= asked)
    for (pair, value) in [(extremes.smallest, expected[0]), (extremes.largest, expected[size - 1])]
    {
      #expect(abs(pair.value / scale - value) <= 1e-9, "\(pair.value)")
      let vector = Matrix(rows: size, columns: 1, elements: pair.vector)
      let residual = (1 / scale * matrix).naivelyTimes(vector)
        .distance(to: pair.value / scale * vector)
      #expect(residual <= 4e-9, "\(residual)")
      #expect(abs(pair.vector.map { $0 * $0 }.reduce(0, +) - 1) <= 1e-13)
    }
  }

  /// Too few steps are said to be that, however small the operator is.
  @Test(arguments: scales) func tooFewStepsAreSaid(scale: Double) throws {
    let extremes = try ExtremeEigenvalues(
      DenseSymmetricOperator(scaled(200, scale)), stepLimit: 10)
    #expect(!extremes.hasConverged && extremes.steps == 10)
    let error = abs(extremes.smallest.value / scale - secondDifferenceEigenvalues(200)[0])
    #expect(error > 1e-4 && error <= extremes.smallest.residual / scale)
  }

  /// T is that of the matrix, which is tridiagonal itself, up to signs; an invariant space of three
  /// dimensions ends the steps whatever the scale.
  @Test(arguments: scales) func factorization(scale: Double) {
    var lanczos = LanczosFactorization(
      DenseSymmetricOperator(scaled(12, scale)), start: [3] + [Double](repeating: 0, count: 11))
    lanczos.extend(to: 7)
    #expect(lanczos.diagonal.allSatisfy { abs($0 / scale - 2) <= 1e-14 })
    #expect(lanczos.offDiagonal.count == 6)
    #expect(lanczos.offDiagonal.allSatisfy { abs($0 / scale - 1) <= 1e-14 })
    #expect(abs(lanczos.residualNorm / scale - 1) <= 1e-14 && !lanczos.isInvariant)
    let values = [1.0, 1, 2, 2, 2, 5, 5]
    var invariant = LanczosFactorization(
      DenseSymmetricOperator(scale * diagonal(values)), start: [1, -2, 0.5, 3, 1, 1, 2])
    invariant.extend(to: 7)
    #expect(invariant.steps == 3 && invariant.isInvariant)
  }

  /// Nodes follow the scale and weights do not.
  @Test(arguments: scales) func quadrature(scale: Double) throws {
    let probe = (0..<30).map { Double($0 % 7) - 2.5 }
    func rule(_ scale: Double) throws -> SpectralQuadrature.Rule {
      try SpectralQuadrature(
        DenseSymmetricOperator(scaled(30, scale)), probes: [probe], steps: 6
      ).rules[0]
    }
    let (unit, other) = (try rule(1), try rule(scale))
    #expect(unit.nodes.count == 6 && other.nodes.count == 6)
    #expect(zip(unit.nodes, other.nodes).allSatisfy { abs($1 / scale - $0) <= 1e-12 })
    #expect(zip(unit.weights, other.weights).allSatisfy { abs($1 - $0) <= 1e-12 })
  }
}
