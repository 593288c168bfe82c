internal import CGSL

/// The eigendecomposition A = Q diag(values) Q' of a symmetric matrix.
public struct SymmetricEigendecomposition: Sendable {
  /// Eigenvalues in increasing order (size).
  public let values: [Double]
  /// Orthonormal eigenvectors, one a column (size x size).
  public let vectors: Matrix
}

extension Matrix {
  /// The eigendecomposition of a symmetric matrix, by LAPACK's divide and conquer (dsyevd).
  /// Only the lower triangle is read.
  ///
  /// - Throws: `NumericsError.noConvergence` for a matrix with NaN or infinite entries.
  /// - Complexity: O(rows^3).
  public func symmetricEigendecomposition() throws(NumericsError) -> SymmetricEigendecomposition {
    precondition(rows == columns, "the matrix is not square")
    guard rows > 0 else {
      return SymmetricEigendecomposition(values: [], vectors: Matrix(rows: 0, columns: 0))
    }
    // LAPACK may not return from a matrix with NaN or infinite entries.
    guard elements.allSatisfy(\.isFinite) else {
      throw .noConvergence(routine: "eigendecomposition", rows: rows, columns: columns)
    }
    Libraries.prepareOpenBLAS()
    var vectors = elements
    var values = [Double](repeating: 0, count: rows)
    var job = CChar(UInt8(ascii: "V"))
    var triangle = CChar(UInt8(ascii: "U"))
    var n = Int32(rows)
    var info: Int32 = 0
    var sizes: (Int32, Int32) = (-1, -1)
    var work = [0.0]
    var integerWork: [Int32] = [0]
    unsafe dsyevd_(
      &job, &triangle, &n, &vectors, &n, &values, &work, &sizes.0, &integerWork, &sizes.1, &info)
    sizes = (Int32(work[0]), integerWork[0])
    work = [Double](repeating: 0, count: Int(sizes.0))
    integerWork = [Int32](repeating: 0, count: Int(sizes.1))
    unsafe dsyevd_(
      &job, &triangle, &n, &vectors, &n, &values, &work, &sizes.0, &integerWork, &sizes.1, &info)
    guard info == 0, values.allSatisfy(\.isFinite) else {
      throw .noConvergence(routine: "eigendecomposition", rows: rows, columns: columns)
    }
    // LAPACK's column-major eigenvectors are the rows of this row-major reading.
    return SymmetricEigendecomposition(
      values: values, vectors: Matrix(rows: rows, columns: rows, elements: vectors).transposed)
  }
}
