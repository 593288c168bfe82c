import DynNumerics

/// A square matrix that no renumbering of classes changes: one number on the diagonal, one beside it.
struct ExchangeableMatrix: Sendable, Equatable {
  let diagonal: Double
  let beside: Double

  init(diagonal: Double, beside: Double) {
    self.diagonal = diagonal
    self.beside = beside
  }

  /// The two numbers of a matrix; nil where it has more.
  init?(_ matrix: Matrix) {
    guard matrix.rows == matrix.columns, matrix.rows > 1 else { return nil }
    self.init(diagonal: matrix[0, 0], beside: matrix[0, 1])
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns
      where matrix[row, column] != (row == column ? diagonal : beside) {
        return nil
      }
    }
  }

  /// The product with another one for a number of classes; all such matrices commute.
  func times(_ other: ExchangeableMatrix, classes count: Double) -> ExchangeableMatrix {
    ExchangeableMatrix(
      diagonal: diagonal * other.diagonal + (count - 1) * (beside * other.beside),
      beside: diagonal * other.beside + beside * other.diagonal
        + (count - 2) * (beside * other.beside))
  }
}

extension Matrix {
  /// The means of the diagonal and of the entries beside it.
  var exchangeableMean: ExchangeableMatrix {
    let count = Double(rows)
    let diagonal = (0..<rows).map { self[$0, $0] }.sum
    let beside = (0..<rows).flatMap { row in
      (0..<columns).filter { $0 != row }.map { self[row, $0] }
    }
    return ExchangeableMatrix(
      diagonal: diagonal / count, beside: beside.sum / (count * (count - 1)))
  }
}
