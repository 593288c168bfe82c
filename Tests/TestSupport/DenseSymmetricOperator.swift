public import DynNumerics

/// A symmetric matrix whose entries are at hand.
public struct DenseSymmetricOperator: SymmetricOperator {
  private let entries: Matrix

  /// The operator of a symmetric matrix.
  ///
  /// - Precondition: the matrix is square.
  public init(_ matrix: Matrix) {
    precondition(matrix.rows == matrix.columns, "the matrix is not square")
    entries = matrix
  }

  /// The number of rows.
  public var dimension: Int { entries.rows }

  /// The product with a vector. O(rows^2).
  public func image(of vector: [Double]) -> [Double] {
    entries.times(Matrix(rows: vector.count, columns: 1, elements: vector)).elements
  }
}
