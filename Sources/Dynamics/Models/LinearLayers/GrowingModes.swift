import DynNumerics

/// The singular vectors of the label operator's modes that grow.
struct GrowingModes {
  /// Their singular values.
  let values: [Double]
  /// U (C x m), a mode a column.
  let left: Matrix
  /// X (K x m), a mode a column.
  let right: Matrix
  /// The modes of one singular value, for every such value.
  private let ties: [[Int]]

  init(_ modes: LabelModes) {
    let growing = modes.growing
    values = growing.map { modes.values[$0] }
    left = modes.left.permutingColumns(growing)
    right = modes.right.permutingColumns(growing)
    ties = Dictionary(grouping: growing.indices) { modes.index[growing[$0]] }
      .sorted { $0.key < $1.key }.map(\.value)
  }

  private init(values: [Double], left: Matrix, right: Matrix, ties: [[Int]]) {
    self.values = values
    self.left = left
    self.right = right
    self.ties = ties
  }

  /// Other singular vectors of the same operator: tied ones turned into each other so that factors which
  /// are aligned to some of them are aligned to these. Nil where no values are tied.
  ///
  /// The Gram matrices of what the factors make of tied vectors are all diagonal in the right ones, and
  /// so is a sum of them with weights that have nothing to do with each other.
  ///
  /// - Throws: `NumericsError` when an eigendecomposition fails.
  func turned(towards factors: AlignmentFactors) throws(NumericsError) -> GrowingModes? {
    var (left, right) = (left, right)
    let turnable = ties.filter { $0.count > 1 }
    guard !turnable.isEmpty else { return nil }
    for tie in turnable {
      let turn = try Self.grams(
        factors, left: left.permutingColumns(tie), right: right.permutingColumns(tie)
      ).weightedSum.symmetricEigendecomposition().vectors
      left.replaceColumns(tie, by: left.permutingColumns(tie).times(turn))
      right.replaceColumns(tie, by: right.permutingColumns(tie).times(turn))
    }
    return GrowingModes(values: values, left: left, right: right, ties: ties)
  }

  /// Symmetric matrices that are diagonal in vectors to which the factors are aligned.
  private static func grams(_ factors: AlignmentFactors, left: Matrix, right: Matrix) -> [Matrix] {
    let units = factors.units
    let layers = zip(factors.layers, units.dropFirst()).map { $1 * $0 }
    let below = layers.reduce(into: [units[0] * factors.parts.times(right)]) {
      $0.append($1.times($0[$0.count - 1]))
    }
    let above = layers.reversed().reduce(into: [left]) {
      $0.append($1.transposedTimes($0[$0.count - 1]))
    }
    let whole = left.transposedTimes(below[below.count - 1])
    return [whole + whole.transposed]
      + (below.dropLast() + above.dropFirst()).map { $0.transposedTimes($0) }
  }
}

extension [Matrix] {
  /// The sum with weights 1/sqrt 2, 1/sqrt 3, ... of the matrices divided by their norms.
  fileprivate var weightedSum: Matrix {
    var sum = Matrix(rows: self[0].rows, columns: self[0].columns)
    for (index, matrix) in enumerated() {
      let norm = matrix.elements.norm
      guard norm > 0 else { continue }
      sum = sum + (1 / (norm * (Double(index) + 2).squareRoot())) * matrix
    }
    return sum
  }
}

extension Matrix {
  fileprivate mutating func replaceColumns(_ columns: [Int], by other: Matrix) {
    for (position, column) in columns.enumerated() {
      for row in 0..<rows { self[row, column] = other[row, position] }
    }
  }
}
