public import DynNumerics

/// The singular value decomposition G = U S X' of the class-level label operator.
///
/// Classes with equal sqrt(n_c) omega_c form a group. Differences within a group are singular
/// vectors exactly, so only one vector a group enters a numerical decomposition: balanced data
/// have their modes without rounding, and ties are exact.
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

  /// The largest singular value.
  public var largestValue: Double { distinctValues.max() ?? 0 }

  /// The modes for E_c = sqrt(n_c) omega_c.
  init(weights: [Double], gamma: Double, sampleCount: Int) throws(NumericsError) {
    let groups = Self.groups(weights)
    let count = weights.count
    let scale = 1 / Double(sampleCount)
    var left = Matrix(rows: count, columns: count)
    var right = left
    var distinct: [Double] = []
    var index: [Int] = []
    for group in groups where group.members.count > 1 {
      Self.writeDifferences(group.members, firstColumn: index.count, into: &left)
      Self.writeDifferences(group.members, firstColumn: index.count, into: &right)
      index += [Int](repeating: distinct.count, count: group.members.count - 1)
      distinct.append((1 + gamma) * group.weight * scale)
    }
    withinGroupValue = groups.count == 1 ? distinct.first : nil
    let between = try Self.betweenGroups(groups, gamma: gamma, scale: scale)
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
    self.left = left
    self.right = right
    self.index = index
    distinctValues = distinct
    values = index.map { distinct[$0] }
  }

  private struct Group {
    let weight: Double
    var members: [Int]
  }

  /// Classes whose weights agree to a few units of rounding, heaviest group first.
  private static func groups(_ weights: [Double]) -> [Group] {
    var groups: [Group] = []
    for member in weights.indices.sorted(by: { (-weights[$0], $0) < (-weights[$1], $1) }) {
      if let last = groups.indices.last,
        abs(groups[last].weight - weights[member]) <= 4 * weights[member].ulp
      {
        groups[last].members.append(member)
      } else {
        groups.append(Group(weight: weights[member], members: [member]))
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

  /// The decomposition on the groups' unit vectors:
  /// (scale)((1+gamma) delta_gh - gamma sqrt(m_g m_h)) e_h, m the groups' sizes.
  private static func betweenGroups(
    _ groups: [Group], gamma: Double, scale: Double
  ) throws(NumericsError) -> SingularValueDecomposition {
    let matrix = Matrix(rows: groups.count, columns: groups.count) { row, column in
      let sizes = (Double(groups[row].members.count), Double(groups[column].members.count))
      // One rounding: at gamma = 1/(C-1) the balanced value is zero up to that of gamma itself.
      let factor =
        row == column
        ? 1.0.addingProduct(-gamma, sizes.0 - 1)
        : -gamma * (sizes.0 * sizes.1).squareRoot()
      return scale * factor * groups[column].weight
    }
    return try matrix.singularValueDecomposition()
  }
}
