public import DynNumerics

/// Target columns that are given themselves (C x K): regression targets, the distributions of next
/// tokens, soft labels of a teacher.
public struct GivenTargets: TargetRule, Equatable {
  static let kind = Kind<any TargetRule>(
    "values", "the targets themselves: a row a class, a column a group",
    parameters: [
      .required(
        "values", .list(of: .list(of: .number(.any), minimumCount: 1), minimumCount: 2),
        "C rows of K numbers")
    ]
  ) { fields throws(Fault) in
    let rows = fields.rows("values")
    guard let first = rows.first, rows.allSatisfy({ $0.count == first.count }) else {
      throw Fault("values", "rows of different lengths: give C rows of K numbers")
    }
    return GivenTargets(
      Matrix(rows: rows.count, columns: first.count, elements: rows.flatMap { $0 }))
  }

  /// T (C x K).
  public let values: Matrix

  /// Targets of given columns.
  public init(_ values: Matrix) { self.values = values }

  /// One a row.
  public var classCount: Int? { values.rows }
  /// One a column.
  public var groupCount: Int? { values.columns }
  /// Columns are of no class.
  public var hasClasses: Bool { false }

  /// A group a column.
  ///
  /// - Throws: `Fault` for a column that is not finite.
  public func groups(
    of partition: ClassPartition, classCount: Int, classWeights: ClassWeights
  ) throws(Fault) -> GroupedTargets {
    let broken = (0..<values.columns).first { !values.column($0).allSatisfy(\.isFinite) }
    if let broken {
      throw Fault("", "column \(broken) has an entry that is not finite: correct it")
    }
    return GroupedTargets(
      partition: partition, targets: Targets(classCount: classCount, table: .columns(values)),
      weights: classWeights.values(for: partition.sizes.map(Double.init)))
  }
}
