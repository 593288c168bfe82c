public import DynNumerics

/// The singular value decomposition A = U S X' of a label operator at class level.
///
/// Classes with equal weights and equal entries of q form a group (``ClassOperator``). Differences
/// within a group are singular vectors exactly, so only one vector a group enters a numerical
/// decomposition: balanced data have their modes without rounding, and ties are exact.
public struct LabelModes: Sendable {
  /// U (C x C), a mode a column: the prototypes' side.
  public let left: Matrix
  /// X (C x C), a mode a column: the features' side.
  public let right: Matrix
  /// s_j of every mode (C).
  public let values: [Double]
  /// The different singular values.
  public let distinctValues: [Double]
  /// For every mode the position of its value in `distinctValues` (C).
  public let index: [Int]
  /// The singular value of differences within the only group, when there is one group.
  public let withinGroupValue: Double?
  /// For every class the group of equal classes that it is in, and for every group the position of
  /// the singular value of its differences; nil for a group of one.
  private let groups: (ofClass: [Int], differences: [Int?])

  /// The largest singular value.
  public var largestValue: Double { distinctValues.max() ?? 0 }

  /// The decomposition of an operator.
  ///
  /// - Throws: `NumericsError` when it does not converge (infinite weights).
  init(_ classOperator: ClassOperator) throws(NumericsError) {
    let groups = Self.groups(classOperator)
    var differences = [Int?](repeating: nil, count: groups.count)
    let count = classOperator.weights.count
    var left = Matrix(rows: count, columns: count)
    var right = left
    var distinct: [Double] = []
    var index: [Int] = []
    for (position, group) in groups.enumerated() where group.members.count > 1 {
      differences[position] = distinct.count
      Self.writeDifferences(group.members, firstColumn: index.count, into: &left)
      Self.writeDifferences(group.members, firstColumn: index.count, into: &right)
      index += [Int](repeating: distinct.count, count: group.members.count - 1)
      distinct.append(classOperator.across * group.weight * classOperator.scale)
    }
    let between = try Self.betweenGroups(groups, classOperator)
    for mode in groups.indices {
      for (position, group) in groups.enumerated() {
        let share = 1 / Double(group.members.count).squareRoot()
        for member in group.members {
          left[member, index.count] = share * between.left[position, mode]
          right[member, index.count] = share * between.right[position, mode]
        }
      }
      index.append(distinct.count)
      distinct.append(between.values[mode])
    }
    var ofClass = [Int](repeating: 0, count: count)
    for (position, group) in groups.enumerated() {
      for member in group.members { ofClass[member] = position }
    }
    self.init(
      left: left, right: right, values: index.map { distinct[$0] }, distinctValues: distinct,
      index: index, withinGroupValue: groups.count == 1 ? distinct.first : nil,
      groups: (ofClass, differences))
  }

  private init(
    left: Matrix, right: Matrix, values: [Double], distinctValues: [Double], index: [Int],
    withinGroupValue: Double?, groups: (ofClass: [Int], differences: [Int?])
  ) {
    self.left = left
    self.right = right
    self.values = values
    self.distinctValues = distinctValues
    self.index = index
    self.withinGroupValue = withinGroupValue
    self.groups = groups
  }

  /// The decomposition of the transpose.
  public var transposed: LabelModes {
    LabelModes(
      left: right, right: left, values: values, distinctValues: distinctValues, index: index,
      withinGroupValue: withinGroupValue, groups: groups)
  }

  /// The position of the singular value along which two equal classes differ; nil for classes of
  /// different groups.
  func differenceValue(of first: Int, _ second: Int) -> Int? {
    groups.ofClass[first] == groups.ofClass[second]
      ? groups.differences[groups.ofClass[first]] : nil
  }

  private struct Group {
    let weight: Double
    let direction: Double
    var members: [Int]

    func accepts(weight: Double, direction: Double) -> Bool {
      abs(self.weight - weight) <= 4 * weight.ulp
        && abs(self.direction - direction) <= 4 * direction.ulp
    }
  }

  /// Classes whose weights and entries of q agree to a few units of rounding, heaviest group first.
  private static func groups(_ classOperator: ClassOperator) -> [Group] {
    let (weights, directions) = (classOperator.weights, classOperator.direction)
    let order = weights.indices.sorted {
      (-weights[$0], -directions[$0], $0) < (-weights[$1], -directions[$1], $1)
    }
    var groups: [Group] = []
    for member in order {
      let (weight, direction) = (weights[member], directions[member])
      if let last = groups.indices.last,
        groups[last].accepts(weight: weight, direction: direction)
      {
        groups[last].members.append(member)
      } else {
        groups.append(Group(weight: weight, direction: direction, members: [member]))
      }
    }
    return groups
  }

  /// Orthonormal vectors on the members that sum to zero: the k-th has k equal entries and then
  /// their balance (Helmert).
  private static func writeDifferences(
    _ members: [Int], firstColumn: Int, into matrix: inout Matrix
  ) {
    for k in 1..<members.count {
      let norm = Double(k * (k + 1)).squareRoot()
      for position in 0..<k { matrix[members[position], firstColumn + k - 1] = 1 / norm }
      matrix[members[k], firstColumn + k - 1] = -Double(k) / norm
    }
  }

  /// The decomposition on the groups' unit vectors: K on them, times the groups' weights. Its
  /// diagonal is along + coupling (|q|^2 less the group's own part), a sum without cancellation.
  private static func betweenGroups(
    _ groups: [Group], _ classOperator: ClassOperator
  ) throws(NumericsError) -> SingularValueDecomposition {
    let parts = groups.map { Double($0.members.count).squareRoot() * $0.direction }
    let coupling = (classOperator.across - classOperator.along) / parts.sumOfSquares
    let diagonal = parts.indices.map { own in
      let others = parts.enumerated().filter { $0.offset != own }.map(\.element)
      return classOperator.along + coupling * others.sumOfSquares
    }
    let matrix = Matrix(rows: groups.count, columns: groups.count) { row, column in
      let factor = row == column ? diagonal[row] : -coupling * parts[row] * parts[column]
      return classOperator.scale * factor * groups[column].weight
    }
    return try matrix.singularValueDecomposition()
  }
}
