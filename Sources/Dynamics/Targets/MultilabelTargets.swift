import DynNumerics

/// Sets of classes: a group a set, whose target is its indicator, divided by its size if so asked. A
/// sample is right where all of its set's logits are above all others.
public struct MultilabelTargets: TargetRule, Equatable {
  static let kind = Kind<any TargetRule>(
    "multilabel", "sets of classes: one on every class of the set",
    parameters: [
      .required(
        "sets",
        .list(of: .list(of: .integer(.atLeast(0)), minimumCount: 1), minimumCount: 1),
        "the classes of every group; samples_per_class lists the groups' sizes, labels the samples' "
          + "groups"),
      .optional(
        "normalize", .boolean, "whether targets are divided by the size of the set",
        default: .boolean(false)),
    ]
  ) { fields throws(Fault) in
    let sets = fields.rows("sets").map { $0.map { Int($0) } }
    for (group, set) in sets.enumerated() where Set(set).count != set.count {
      throw Fault("sets[\(group)]", "a class is named twice: name every class once")
    }
    return MultilabelTargets(sets: sets, normalizes: fields.isTrue("normalize"))
  }

  /// The classes of every group.
  public let sets: [[Int]]
  /// Whether targets are divided by the size of the set.
  public let normalizes: Bool

  /// Targets of given sets.
  public init(sets: [[Int]], normalizes: Bool = false) {
    self.sets = sets
    self.normalizes = normalizes
  }

  /// One a set.
  public var groupCount: Int? { sets.count }
  /// Sets are no classes.
  public var hasClasses: Bool { false }

  /// - Throws: `Fault` for a class that does not exist, and weights that are not one a set.
  public func groups(
    of partition: ClassPartition, classCount: Int, classWeights: ClassWeights
  ) throws(Fault) -> GroupedTargets {
    for (group, set) in sets.enumerated() {
      guard let label = set.first(where: { $0 >= classCount }) else { continue }
      throw Fault(
        "sets[\(group)]", "class \(label) is not in 0...\(classCount - 1): raise classes or drop it"
      )
    }
    let table = Matrix(rows: classCount, columns: sets.count) { label, group in
      guard sets[group].contains(label) else { return 0 }
      return normalizes ? 1 / Double(sets[group].count) : 1
    }
    return GroupedTargets(
      partition: partition,
      targets: Targets(classCount: classCount, table: .columns(table), answers: sets),
      weights: classWeights.values(for: partition.sizes.map(Double.init)))
  }
}
