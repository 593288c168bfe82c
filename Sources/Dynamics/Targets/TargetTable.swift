public import DynNumerics

/// A C x K table with a column a group of samples: what its samples are trained towards, or the
/// probabilities of the labels that they are given.
public enum TargetTable: Sendable, Equatable {
  /// Column k is the unit vector of the k-th class listed.
  case oneHot([Int])
  /// One group a class: one number on the diagonal, another beside it.
  case even(own: Double, other: Double, count: Int)
  /// Any columns.
  case columns(Matrix)

  /// K.
  public var groupCount: Int {
    switch self {
    case .oneHot(let classes): classes.count
    case .even(_, _, let count): count
    case .columns(let matrix): matrix.columns
    }
  }

  /// The entry of a class in a group's column. O(1).
  public subscript(label: Int, group: Int) -> Double {
    switch self {
    case .oneHot(let classes): classes[group] == label ? 1 : 0
    case .even(let own, let other, _): label == group ? own : other
    case .columns(let matrix): matrix[label, group]
    }
  }

  /// A group's column (C).
  func column(_ group: Int, classCount: Int) -> [Double] {
    (0..<classCount).map { self[$0, group] }
  }

  /// The table with the columns of given groups.
  func columns(_ groups: [Int], of targets: Targets) -> TargetTable {
    switch self {
    case .oneHot(let classes): .oneHot(groups.map { classes[$0] })
    case .even, .columns:
      .columns(matrix(classCount: targets.classCount).permutingColumns(groups))
    }
  }

  /// The table as a matrix (C x K).
  public func matrix(classCount: Int) -> Matrix {
    Matrix(rows: classCount, columns: groupCount) { self[$0, $1] }
  }
}
