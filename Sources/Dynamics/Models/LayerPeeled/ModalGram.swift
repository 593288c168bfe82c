import DynNumerics

/// The inner products of the vectors of a `ModalFrame`.
///
/// A Gram matrix of class means or prototypes at any time is an entrywise combination of three
/// fixed C x C matrices, so metrics of the class geometry never touch vectors of length p.
struct ModalGram: Sendable {
  /// v_1'v_1, v_1'v_2 and v_2'v_2 (C x C each).
  private let first: Matrix
  private let mixed: Matrix
  private let second: Matrix

  init(first: Matrix, second: Matrix) {
    self.first = first.transposedTimes(first)
    mixed = first.transposedTimes(second)
    self.second = second.transposedTimes(second)
  }

  /// v_1'v_1, v_1'v_2, v_2'v_1 and v_2'v_2.
  var all: [Matrix] { [first, mixed, mixed.transposed, second] }

  /// The squared lengths of the terms of v . (v_1, v_2) for every mode.
  func termSquares(_ v: [SIMD2<Double>]) -> [Double] {
    v.indices.map { v[$0].x * v[$0].x * first[$0, $0] + v[$0].y * v[$0].y * second[$0, $0] }
  }

  /// The C x C matrix of inner products of left_i . (v_1, v_2)_i with right_j . (v_1, v_2)_j.
  func products(_ left: [SIMD2<Double>], _ right: [SIMD2<Double>]) -> Matrix {
    Matrix(rows: left.count, columns: right.count) { i, j in
      let (l, r) = (left[i], right[j])
      return l.x * r.x * first[i, j] + l.y * r.y * second[i, j]
        + (l.x * r.y * mixed[i, j] + l.y * r.x * mixed[j, i])
    }
  }
}

/// The maps from modes to groups and classes.
struct ModalMaps: Sendable {
  /// The K x C map from the a_j to the centred means of groups V: (I - 11'/K) D^-1 X.
  let centredMeans: Matrix
  /// The map from the w_j to the centred prototypes: (I - 11'/C) U.
  let centredPrototypes: Matrix
  /// Whether each mode moves means or prototypes apart (C).
  let separates: [Bool]
  /// The distinct values of these modes.
  let separatingValues: [Int]

  init(_ labels: LabelOperator) {
    let roots = labels.partition.sizes.map { Double($0).squareRoot() }
    let right = labels.modes.right
    let means = Self.centred(
      Matrix(rows: right.rows, columns: right.columns) { right[$0, $1] / roots[$0] })
    let prototypes = Self.centred(labels.modes.left)
    centredMeans = means
    centredPrototypes = prototypes
    separates = (0..<right.columns).map { mode in
      means.column(mode).contains { $0 != 0 } || prototypes.column(mode).contains { $0 != 0 }
    }
    let separates = separates
    separatingValues = Set(
      labels.modes.index.indices.filter { separates[$0] }.map { labels.modes.index[$0] }
    ).sorted()
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
}
