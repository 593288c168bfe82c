internal import CGSL

extension Matrix {
  /// The matrix product self * other, by OpenBLAS. O(rows * columns * other.columns).
  public func times(_ other: Matrix) -> Matrix {
    product(other, transposingSelf: false, transposingOther: false)
  }

  /// The matrix product self' * other, by OpenBLAS, without forming the transpose.
  public func transposedTimes(_ other: Matrix) -> Matrix {
    product(other, transposingSelf: true, transposingOther: false)
  }

  /// The matrix product self * other', by OpenBLAS, without forming the transpose.
  public func timesTransposed(_ other: Matrix) -> Matrix {
    product(other, transposingSelf: false, transposingOther: true)
  }

  private func product(
    _ other: Matrix, transposingSelf: Bool, transposingOther: Bool
  ) -> Matrix {
    let inner = transposingSelf ? rows : columns
    let outerRows = transposingSelf ? columns : rows
    let outerColumns = transposingOther ? other.rows : other.columns
    precondition(inner == (transposingOther ? other.columns : other.rows), "shapes do not conform")
    var result = Matrix(rows: outerRows, columns: outerColumns)
    guard inner > 0, outerRows > 0, outerColumns > 0 else { return result }
    Libraries.prepareOpenBLAS()
    unsafe elements.withUnsafeBufferPointer { left in
      unsafe other.elements.withUnsafeBufferPointer { right in
        unsafe result.elements.withUnsafeMutableBufferPointer { target in
          unsafe cblas_dgemm(
            CblasRowMajor, transposingSelf ? CblasTrans : CblasNoTrans,
            transposingOther ? CblasTrans : CblasNoTrans,
            Int32(outerRows), Int32(outerColumns), Int32(inner),
            1, left.baseAddress, Int32(columns), right.baseAddress, Int32(other.columns),
            0, target.baseAddress, Int32(outerColumns))
        }
      }
    }
    return result
  }
}
