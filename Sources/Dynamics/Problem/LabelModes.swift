public import DynNumerics

/// The singular value decomposition A = U S X' of a label operator at the level of groups (C x K).
///
/// There are C modes. Those beyond the columns of A have no right vector, and those beyond its rows are
/// not among them: what features have there moves as deviations from the means of groups do.
///
/// Classes with equal weights and equal entries of q form a tie (``ClassOperator``). Differences
/// within a tie are singular vectors exactly, so only one vector a tie enters a numerical
/// decomposition: balanced data have their modes without rounding, and ties are exact.
public struct LabelModes: Sendable {
  /// U (C x C), a mode a column: the prototypes' side.
  public let left: Matrix
  /// X (K x C), a mode a column: the features' side; zero where a mode has none.
  public let right: Matrix
  /// s_j of every mode (C).
  public let values: [Double]
  /// The different singular values.
  public let distinctValues: [Double]
  /// For every mode the position of its value in `distinctValues` (C).
  public let index: [Int]
  /// The singular value of differences within the only tie, when there is one.
  public let withinTieValue: Double?
  /// For every class the tie that it is in, and for every tie the position of the singular value of its
  /// differences; nil for a tie of one.
  private let ties: (ofClass: [Int], differences: [Int?])

  /// The largest singular value.
  public var largestValue: Double { distinctValues.max() ?? 0 }

  /// The decomposition of an operator.
  ///
  /// - Throws: `NumericsError` when it does not converge (infinite weights).
  init(_ classOperator: ClassOperator) throws(NumericsError) {
    let ties = Self.ties(classOperator)
    var differences = [Int?](repeating: nil, count: ties.count)
    let count = classOperator.weights.count
    var left = Matrix(rows: count, columns: count)
    var right = left
    var distinct: [Double] = []
    var index: [Int] = []
    for (position, tie) in ties.enumerated() where tie.members.count > 1 {
      differences[position] = distinct.count
      let sign = classOperator.across < 0 ? -1.0 : 1
      Self.writeDifferences(tie.members, sign, firstColumn: index.count, into: &left)
      Self.writeDifferences(tie.members, 1, firstColumn: index.count, into: &right)
      index += [Int](repeating: distinct.count, count: tie.members.count - 1)
      distinct.append(abs(classOperator.across) * tie.weight * classOperator.scale)
    }
    let between = try Self.betweenTies(ties, classOperator)
    for mode in ties.indices {
      for (position, tie) in ties.enumerated() {
        let share = 1 / Double(tie.members.count).squareRoot()
        for member in tie.members {
          left[member, index.count] = share * between.left[position, mode]
          right[member, index.count] = share * between.right[position, mode]
        }
      }
      index.append(distinct.count)
      distinct.append(between.values[mode])
    }
    var ofClass = [Int](repeating: 0, count: count)
    for (position, tie) in ties.enumerated() {
      for member in tie.members { ofClass[member] = position }
    }
    self.init(
      left: left, right: right, values: index.map { distinct[$0] }, distinctValues: distinct,
      index: index, withinTieValue: ties.count == 1 ? distinct.first : nil,
      ties: (ofClass, differences))
  }

  private init(
    left: Matrix, right: Matrix, values: [Double], distinctValues: [Double], index: [Int],
    withinTieValue: Double?, ties: (ofClass: [Int], differences: [Int?])
  ) {
    self.left = left
    self.right = right
    self.values = values
    self.distinctValues = distinctValues
    self.index = index
    self.withinTieValue = withinTieValue
    self.ties = ties
  }

  /// The decomposition of any matrix (C x K).
  ///
  /// - Throws: `NumericsError` when it does not converge.
  /// - Complexity: O(C K min(C, K) + C^3).
  init(_ matrix: Matrix) throws(NumericsError) {
    let (classes, groups) = (matrix.rows, matrix.columns)
    let thin = try matrix.singularValueDecomposition()
    let missing = classes - thin.values.count
    let left = try missing > 0 ? thin.left.completed() : thin.left
    let right = Matrix(rows: groups, columns: classes) {
      $1 < thin.values.count ? thin.right[$0, $1] : 0
    }
    // The routine finds small values up to rounding of the largest.
    let floor = 4 * Double(max(classes, groups)) * Double.ulpOfOne * (thin.values.first ?? 0)
    let kept = thin.values.filter { $0 > floor }
    let zeros = classes - kept.count
    self.init(
      left: left, right: right, values: kept + [Double](repeating: 0, count: zeros),
      distinctValues: kept + (zeros > 0 ? [0] : []),
      index: (0..<classes).map { min($0, kept.count) }, withinTieValue: nil,
      ties: (Array(0..<groups), [Int?](repeating: nil, count: groups)))
  }

  /// The decomposition of the transpose.
  public var transposed: LabelModes {
    LabelModes(
      left: right, right: left, values: values, distinctValues: distinctValues, index: index,
      withinTieValue: withinTieValue, ties: ties)
  }

  /// The position of the singular value along which two equal classes differ; nil for classes of
  /// different ties.
  func differenceValue(of first: Int, _ second: Int) -> Int? {
    ties.ofClass[first] == ties.ofClass[second]
      ? ties.differences[ties.ofClass[first]] : nil
  }

  private struct Tie {
    let weight: Double
    let direction: Double
    var members: [Int]

    func accepts(weight: Double, direction: Double) -> Bool {
      abs(self.weight - weight) <= 4 * weight.ulp
        && abs(self.direction - direction) <= 4 * direction.ulp
    }
  }

  /// Classes whose weights and entries of q agree to a few units of rounding, heaviest tie first.
  private static func ties(_ classOperator: ClassOperator) -> [Tie] {
    let (weights, directions) = (classOperator.weights, classOperator.direction)
    let order = weights.indices.sorted {
      (-weights[$0], -directions[$0], $0) < (-weights[$1], -directions[$1], $1)
    }
    var ties: [Tie] = []
    for member in order {
      let (weight, direction) = (weights[member], directions[member])
      if let last = ties.indices.last,
        ties[last].accepts(weight: weight, direction: direction)
      {
        ties[last].members.append(member)
      } else {
        ties.append(Tie(weight: weight, direction: direction, members: [member]))
      }
    }
    return ties
  }

  /// Orthonormal vectors on the members that sum to zero: the k-th has k equal entries and then
  /// their balance (Helmert); all of one sign or the other.
  private static func writeDifferences(
    _ members: [Int], _ sign: Double, firstColumn: Int, into matrix: inout Matrix
  ) {
    for k in 1..<members.count {
      let norm = Double(k * (k + 1)).squareRoot()
      for position in 0..<k { matrix[members[position], firstColumn + k - 1] = sign / norm }
      matrix[members[k], firstColumn + k - 1] = -sign * Double(k) / norm
    }
  }

  /// The decomposition on the ties' unit vectors: K on them, times the ties' weights. Its
  /// diagonal is along + coupling (|q|^2 less the tie's own part), a sum without cancellation.
  private static func betweenTies(
    _ ties: [Tie], _ classOperator: ClassOperator
  ) throws(NumericsError) -> SingularValueDecomposition {
    let parts = ties.map { Double($0.members.count).squareRoot() * $0.direction }
    let coupling = (classOperator.across - classOperator.along) / parts.sumOfSquares
    let diagonal = parts.indices.map { own in
      let others = parts.enumerated().filter { $0.offset != own }.map(\.element)
      return classOperator.along + coupling * others.sumOfSquares
    }
    let matrix = Matrix(rows: ties.count, columns: ties.count) { row, column in
      let factor = row == column ? diagonal[row] : -coupling * parts[row] * parts[column]
      return classOperator.scale * factor * ties[column].weight
    }
    return try matrix.singularValueDecomposition()
  }
}

extension Matrix {
  /// Orthonormal columns with others that make them a basis: the eigenvectors of what they leave out.
  fileprivate func completed() throws(NumericsError) -> Matrix {
    let rest = Matrix.identity(rows) - timesTransposed(self)
    let decomposition = try rest.symmetricEigendecomposition()
    let order = decomposition.values.indices.sorted {
      decomposition.values[$0] > decomposition.values[$1]
    }
    let others = decomposition.vectors.permutingColumns(Array(order[..<(rows - columns)]))
    return Matrix(rows: rows, columns: rows) {
      $1 < columns ? self[$0, $1] : others[$0, $1 - columns]
    }
  }
}
