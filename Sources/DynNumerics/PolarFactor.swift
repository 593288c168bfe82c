extension Matrix {
  /// The polar factor U V' of the matrix U S V', over the singular values above a share of the
  /// largest: the partial isometry D with the largest <D, A>, which is the sum of those values.
  ///
  /// Rows and columns of zeros stay zeros. The same matrix times a power of two has the same factor,
  /// bit by bit, as far as its entries are normal numbers. Runs of equal columns are decomposed as
  /// one column times the root of their number, which is exact.
  ///
  /// - Parameter share: singular values of at most this times the largest are left out.
  /// - Throws: `NumericsError.noConvergence` for a matrix with NaN or infinite entries.
  /// - Complexity: O(rows * k * min(rows, k)) with k runs of columns that are not zero, and
  ///   O(rows * columns). The Gram matrix, which would lose half of the digits, is not formed.
  public func polarFactor(above share: Double) throws(NumericsError) -> Matrix {
    let largest = elements.span.largestMagnitude
    guard largest != 0 else { return Matrix(rows: rows, columns: columns) }
    guard largest.isFinite else {
      throw .noConvergence(routine: "polar decomposition", rows: rows, columns: columns)
    }
    let unit = Double(sign: .plus, exponent: largest.exponent, significand: 1)
    let runs = ColumnRuns(self)
    let factors = try runs.merged(self, dividedBy: unit).singularValueDecomposition()
    let rank = factors.values.count { $0 > share * factors.values[0] }
    let kept = Array(0..<rank)
    let product = factors.left.permutingColumns(kept)
      .timesTransposed(factors.right.permutingColumns(kept))
    return runs.spread(product, like: self)
  }
}

/// The columns of a matrix that are not zero, in runs of equal ones: A = B R, where B has one column
/// sqrt(m) a for each run of m columns a, and the rows of R are orthonormal.
private struct ColumnRuns {
  /// The run of every column; nil for a column of zeros.
  private let ofColumn: [Int?]
  /// The first column of every run.
  private let first: [Int]
  /// The root of the number of columns of every run.
  private let roots: [Double]

  init(_ matrix: Matrix) {
    let kept = matrix.columnsNotZero
    var begins = [Bool](repeating: false, count: kept.count)
    for row in 0..<matrix.rows {
      for position in kept.indices.dropFirst()
      where matrix[row, kept[position]] != matrix[row, kept[position - 1]] {
        begins[position] = true
      }
    }
    var ofColumn = [Int?](repeating: nil, count: matrix.columns)
    var first: [Int] = []
    var counts: [Int] = []
    for (position, column) in kept.enumerated() {
      if position == 0 || begins[position] {
        first.append(column)
        counts.append(0)
      }
      ofColumn[column] = first.count - 1
      counts[first.count - 1] += 1
    }
    self.ofColumn = ofColumn
    self.first = first
    roots = counts.map { Double($0).squareRoot() }
  }

  /// B of a matrix, divided by a power of two.
  func merged(_ matrix: Matrix, dividedBy unit: Double) -> Matrix {
    Matrix(rows: matrix.rows, columns: first.count) { row, run in
      matrix[row, first[run]] / unit * roots[run]
    }
  }

  /// D R for a matrix D of B's shape; rows that are zero in a matrix stay zero.
  func spread(_ product: Matrix, like matrix: Matrix) -> Matrix {
    var result = Matrix(rows: matrix.rows, columns: matrix.columns)
    for row in 0..<matrix.rows where !matrix.isZero(row: row) {
      for (column, run) in ofColumn.enumerated() {
        guard let run else { continue }
        result[row, column] = product[row, run] / roots[run]
      }
    }
    return result
  }
}

extension Matrix {
  fileprivate var columnsNotZero: [Int] {
    var isZero = [Bool](repeating: true, count: columns)
    for row in 0..<rows {
      for column in 0..<columns where self[row, column] != 0 { isZero[column] = false }
    }
    return isZero.indices.filter { !isZero[$0] }
  }

  fileprivate func isZero(row: Int) -> Bool { elements[range(ofRow: row)].allSatisfy { $0 == 0 } }
}
