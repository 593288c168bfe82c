import DynNumerics
import Foundation
import Testing

/// The matrix with 2 on the diagonal and -1 beside it.
func secondDifferences(_ size: Int) -> Matrix {
  Matrix(rows: size, columns: size) { $0 == $1 ? 2 : (abs($0 - $1) == 1 ? -1 : 0) }
}

/// Its eigenvalues 4 sin(k pi/(2 (size + 1)))^2 in increasing order.
func secondDifferenceEigenvalues(_ size: Int) -> [Double] {
  (1...size).map { 4 * pow(sin(Double($0) * .pi / Double(2 * (size + 1))), 2) }
}

@Suite struct SymmetricEigenTests {
  private func symmetric(_ size: Int) -> Matrix {
    var source = NumberSource(5)
    let matrix = source.matrix(size, size)
    return matrix + matrix.naiveTranspose
  }

  @Test(arguments: [1, 2, 3, 10, 40]) func factorsRebuildTheMatrix(size: Int) throws {
    let matrix = symmetric(size)
    let factors = try matrix.symmetricEigendecomposition()
    let rebuilt = factors.vectors.scalingColumns(by: factors.values)
      .naivelyTimes(factors.vectors.naiveTranspose)
    let largest = factors.values.map { abs($0) }.max() ?? 0
    #expect(rebuilt.distance(to: matrix) <= 1e-15 * Double(size + 4) * largest)
    #expect(factors.vectors.orthonormalityError <= 2e-14)
    #expect(factors.values == factors.values.sorted())
  }

  @Test func knownEigenvaluesAreFound() throws {
    let size = 30
    let values = try secondDifferences(size).symmetricEigendecomposition().values
    let expected = secondDifferenceEigenvalues(size)
    #expect(zip(values, expected).allSatisfy { abs($0 - $1) <= 1e-14 })
  }

  @Test func aTwoByTwoMatrixHasItsEigenvectors() throws {
    let matrix = Matrix(rows: 2, columns: 2, elements: [2, 1, 1, 2])
    let factors = try matrix.symmetricEigendecomposition()
    #expect(abs(factors.values[0] - 1) <= 4e-16)
    #expect(abs(factors.values[1] - 3) <= 8e-16)
    #expect(abs(factors.vectors[0, 0] + factors.vectors[1, 0]) <= 4e-16)
    #expect(abs(factors.vectors[0, 1] - factors.vectors[1, 1]) <= 4e-16)
  }

  @Test func onlyTheLowerTriangleIsRead() throws {
    let matrix = symmetric(6)
    let expected = try matrix.symmetricEigendecomposition()
    let halved = Matrix(rows: 6, columns: 6) { $1 > $0 ? 1e6 : matrix[$0, $1] }
    let factors = try halved.symmetricEigendecomposition()
    #expect(factors.values == expected.values)
    #expect(factors.vectors == expected.vectors)
  }

  @Test func anEmptyMatrixHasNoEigenvalues() throws {
    #expect(try Matrix(rows: 0, columns: 0).symmetricEigendecomposition().values.isEmpty)
  }

  @Test(arguments: [Double.nan, .infinity], [1, 2, 5])
  func entriesThatAreNotFiniteAreRefused(entry: Double, size: Int) {
    var matrix = Matrix.identity(size)
    matrix[size - 1, 0] = entry
    let expected = NumericsError.noConvergence(
      routine: "eigendecomposition", rows: size, columns: size)
    #expect(throws: expected) { _ = try matrix.symmetricEigendecomposition() }
  }

  @Test func errorsSayWhatToCheck() {
    let error = NumericsError.noConvergence(routine: "eigendecomposition", rows: 2, columns: 3)
    #expect(
      error.description
        == "the eigendecomposition of a 2 x 3 matrix did not converge: check that the input holds "
        + "neither NaN nor infinite values")
  }
}
