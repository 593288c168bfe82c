import DynNumerics

/// The inner products of the mode vectors of a `ModalBasis`, and the maps from modes to classes.
///
/// A Gram matrix of class means or prototypes at any time is an entrywise combination of three
/// fixed C x C matrices, so metrics of the class geometry never touch vectors of length p.
struct ModalGram: Sendable {
  /// xi_1'xi_1, xi_1'xi_2 and xi_2'xi_2 (C x C each).
  private let first: Matrix
  private let mixed: Matrix
  private let second: Matrix
  /// The C x C map from the a_j to the centred class means V: (I - 11'/C) D^-1 X.
  let centredMeans: Matrix
  /// The map from the w_j to the centred prototypes: (I - 11'/C) U.
  let centredPrototypes: Matrix
  /// Whether each mode moves class means or prototypes apart (C).
  let separates: [Bool]

  init(first: Matrix, second: Matrix, labels: LabelOperator) {
    self.first = first.transposedTimes(first)
    mixed = first.transposedTimes(second)
    self.second = second.transposedTimes(second)
    let roots = labels.partition.sizes.map { Double($0).squareRoot() }
    let right = labels.modes.right
    centredMeans = Self.centred(
      Matrix(rows: right.rows, columns: right.columns) { right[$0, $1] / roots[$0] })
    let (means, prototypes) = (centredMeans, Self.centred(labels.modes.left))
    centredPrototypes = prototypes
    separates = (0..<right.columns).map { mode in
      means.column(mode).contains { $0 != 0 } || prototypes.column(mode).contains { $0 != 0 }
    }
  }

  /// Every column less its mean; what is left of a constant column is zero, not rounding.
  private static func centred(_ matrix: Matrix) -> Matrix {
    var result = matrix
    for column in 0..<matrix.columns {
      let entries = matrix.column(column)
      let mean = entries.sum / Double(entries.count)
      let centred = entries.map { $0 - mean }
      let isConstant = centred.norm <= 1e-14 * entries.norm
      for row in 0..<matrix.rows { result[row, column] = isConstant ? 0 : centred[row] }
    }
    return result
  }

  /// xi_1'xi_1, xi_1'xi_2, xi_2'xi_1 and xi_2'xi_2.
  var all: [Matrix] { [first, mixed, mixed.transposed, second] }

  /// The diagonals summed over the modes of each distinct singular value.
  func diagonalSums(
    _ modes: LabelModes
  ) -> [(first: Double, mixed: Double, second: Double)] {
    var sums = modes.distinctValues.map { _ in (first: 0.0, mixed: 0.0, second: 0.0) }
    for (mode, index) in modes.index.enumerated() {
      sums[index].first += first[mode, mode]
      sums[index].mixed += mixed[mode, mode]
      sums[index].second += second[mode, mode]
    }
    return sums
  }

  /// The C x C matrix of inner products of left_i . (xi_1, xi_2)_i with right_j . (xi_1, xi_2)_j.
  func products(_ left: [SIMD2<Double>], _ right: [SIMD2<Double>]) -> Matrix {
    Matrix(rows: left.count, columns: right.count) { i, j in
      let (l, r) = (left[i], right[j])
      return l.x * r.x * first[i, j] + l.y * r.y * second[i, j]
        + (l.x * r.y * mixed[i, j] + l.y * r.x * mixed[j, i])
    }
  }
}
