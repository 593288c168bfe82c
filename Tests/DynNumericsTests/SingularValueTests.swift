import DynNumerics
import Testing

/// A matrix with a name for the test report.
struct NamedMatrix: CustomTestStringConvertible {
  let testDescription: String
  let matrix: Matrix

  static let all: [NamedMatrix] = {
    var source = NumberSource(4)
    let shapes = [(1, 1), (1, 6), (6, 1), (5, 5), (3, 8), (8, 3), (40, 40), (25, 60)]
    let random = shapes.map { rows, columns in
      NamedMatrix(testDescription: "\(rows) x \(columns)", matrix: source.matrix(rows, columns))
    }
    let thin = source.matrix(7, 2).naivelyTimes(source.matrix(2, 9))
    return random + [
      NamedMatrix(testDescription: "rank 2", matrix: thin),
      NamedMatrix(testDescription: "zero", matrix: Matrix(rows: 4, columns: 3)),
      NamedMatrix(testDescription: "identity", matrix: .identity(6)),
      NamedMatrix(testDescription: "tiny", matrix: 1e-200 * source.matrix(4, 4)),
      NamedMatrix(testDescription: "huge", matrix: 1e200 * source.matrix(4, 4)),
    ]
  }()
}

@Suite struct SingularValueTests {
  @Test(arguments: NamedMatrix.all) func factorsRebuildTheMatrix(_ named: NamedMatrix) throws {
    let matrix = named.matrix
    let factors = try matrix.singularValueDecomposition()
    let rebuilt = factors.left.scalingColumns(by: factors.values)
      .naivelyTimes(factors.right.naiveTranspose)
    let size = Double(max(matrix.rows, matrix.columns))
    #expect(rebuilt.distance(to: matrix) <= 1e-15 * size * (factors.values.first ?? 0))
  }

  @Test(arguments: NamedMatrix.all) func singularVectorsAreOrthonormal(
    _ named: NamedMatrix
  ) throws {
    let factors = try named.matrix.singularValueDecomposition()
    let smaller = min(named.matrix.rows, named.matrix.columns)
    #expect(factors.left.rows == named.matrix.rows && factors.left.columns == smaller)
    #expect(factors.right.rows == named.matrix.columns && factors.right.columns == smaller)
    #expect(factors.left.orthonormalityError <= 2e-14)
    #expect(factors.right.orthonormalityError <= 2e-14)
  }

  @Test(arguments: NamedMatrix.all) func singularValuesFallAndAreNotNegative(
    _ named: NamedMatrix
  ) throws {
    let values = try named.matrix.singularValueDecomposition().values
    #expect(values.count == min(named.matrix.rows, named.matrix.columns))
    #expect(values == values.sorted(by: >))
    #expect(values.allSatisfy { $0 >= 0 })
  }

  @Test func knownSingularValuesAreFound() throws {
    let values = try diagonal([3, -5, 0, 0.25]).singularValueDecomposition().values
    #expect(values == [5, 3, 0.25, 0])
    let ones = Matrix(rows: 4, columns: 9) { _, _ in 1 }
    let ranks = try ones.singularValueDecomposition().values
    #expect(abs(ranks[0] - 6) <= 1e-14)
    #expect(ranks.dropFirst().allSatisfy { $0 <= 1e-14 })
  }

  @Test func secondDifferencesHaveTheirKnownSingularValues() throws {
    let size = 30
    let values = try secondDifferences(size).singularValueDecomposition().values
    let expected = secondDifferenceEigenvalues(size).reversed()
    #expect(zip(values, expected).allSatisfy { abs($0 - $1) <= 1e-14 })
  }

  @Test(arguments: [(0, 0), (0, 4), (4, 0)])
  func emptyMatricesHaveNoSingularValues(rows: Int, columns: Int) throws {
    let factors = try Matrix(rows: rows, columns: columns).singularValueDecomposition()
    #expect(factors.values.isEmpty)
    #expect(factors.left.rows == rows && factors.left.columns == 0)
    #expect(factors.right.rows == columns && factors.right.columns == 0)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity], [1, 3])
  func entriesThatAreNotFiniteAreRefused(entry: Double, size: Int) {
    var matrix = Matrix.identity(size)
    matrix[size - 1, 0] = entry
    let expected = NumericsError.noConvergence(
      routine: "singular value decomposition", rows: size, columns: size)
    #expect(throws: expected) { _ = try matrix.singularValueDecomposition() }
  }
}
