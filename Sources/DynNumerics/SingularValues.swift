internal import CGSL

/// The thin singular value decomposition A = U diag(s) V'.
public struct SingularValueDecomposition: Sendable {
  /// Left singular vectors, one a column (rows x k, k the smaller dimension).
  public let left: Matrix
  /// Singular values in decreasing order (k).
  public let values: [Double]
  /// Right singular vectors, one a column (columns x k).
  public let right: Matrix
}

extension Matrix {
  /// The thin singular value decomposition, by LAPACK's divide and conquer (dgesdd).
  ///
  /// The absolute error of a singular value is a few units of rounding of the largest one.
  ///
  /// - Throws: `NumericsError.noConvergence` for a matrix with NaN or infinite entries.
  /// - Complexity: O(rows * columns * min(rows, columns)).
  public func singularValueDecomposition() throws(NumericsError) -> SingularValueDecomposition {
    let size = Swift.min(rows, columns)
    guard size > 0 else {
      return SingularValueDecomposition(
        left: Matrix(rows: rows, columns: 0), values: [], right: Matrix(rows: columns, columns: 0))
    }
    // LAPACK may not return from a matrix with NaN or infinite entries.
    guard elements.allSatisfy(\.isFinite) else {
      throw .noConvergence(routine: "singular value decomposition", rows: rows, columns: columns)
    }
    // LAPACK is column-major: it sees the transpose, whose factors are these with sides swapped.
    var copy = elements
    var values = [Double](repeating: 0, count: size)
    var rightTransposed = Matrix(rows: size, columns: columns)
    var left = Matrix(rows: rows, columns: size)
    let status = Self.decompose(
      &copy, rows: columns, columns: rows, values: &values, left: &rightTransposed.elements,
      right: &left.elements)
    guard status == 0, values.allSatisfy(\.isFinite) else {
      throw .noConvergence(routine: "singular value decomposition", rows: rows, columns: columns)
    }
    return SingularValueDecomposition(
      left: left, values: values, right: rightTransposed.transposed)
  }

  private static func decompose(
    _ matrix: inout [Double], rows: Int, columns: Int, values: inout [Double],
    left: inout [Double], right: inout [Double]
  ) -> Int32 {
    Libraries.prepareOpenBLAS()
    let size = Int32(Swift.min(rows, columns))
    var m = Int32(rows)
    var n = Int32(columns)
    var k = size
    var info: Int32 = 0
    var job = CChar(UInt8(ascii: "S"))
    var integerWork = [Int32](repeating: 0, count: 8 * Int(size))
    var workSize: Int32 = -1
    var optimal = [0.0]
    unsafe dgesdd_(
      &job, &m, &n, &matrix, &m, &values, &left, &m, &right, &k, &optimal, &workSize,
      &integerWork, &info)
    guard info == 0 else { return info }
    workSize = Int32(optimal[0])
    var work = [Double](repeating: 0, count: Int(workSize))
    unsafe dgesdd_(
      &job, &m, &n, &matrix, &m, &values, &left, &m, &right, &k, &work, &workSize,
      &integerWork, &info)
    return info
  }
}
