public import DynNumerics

/// The simplex equiangular tight frame of C vectors: equal norms, equal and most negative cosines.
public enum SimplexETF {
  /// The frame's coordinates in a basis of the complement of 1 (C x (C-1), a vector a row): its
  /// Gram matrix is C/(C-1) I - 11'/(C-1).
  public static func matrix(classCount: Int) -> Matrix {
    let scale = (Double(classCount) / Double(classCount - 1)).squareRoot()
    return Matrix(rows: classCount, columns: classCount - 1) { row, column in
      let k = Double(column + 1)
      let norm = (k * (k + 1)).squareRoot()
      if row <= column { return scale / norm }
      return row == column + 1 ? -scale * k / norm : 0
    }
  }
}
