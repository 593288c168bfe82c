import DynNumerics

/// What the samples of every group are trained towards.
///
/// Samples that share a target column t (C numbers) and a weight form a *group*. One-hot labels have a
/// group a class; smoothed labels and noise in expectation too; a drawn noise has a group for every
/// pair of a true and a given class that occurs, and values or label sets have groups of their own.
public struct Targets: Sendable, Equatable {
  /// C.
  public let classCount: Int
  /// t of every group (C x K).
  public let table: TargetTable
  /// The class that every group is of (K); nil where groups are of none.
  public let trueClasses: [Int]?
  /// The sets of classes all of whose logits are to be above the others' (K); nil where a group has
  /// none.
  public let answers: [[Int]]?
  /// The probabilities of the labels that samples are given (C x K); nil where they are given none.
  public let given: TargetTable?

  /// Gathers targets whose parts are of one number of groups.
  public init(
    classCount: Int, table: TargetTable, trueClasses: [Int]? = nil, answers: [[Int]]? = nil,
    given: TargetTable? = nil
  ) {
    self.classCount = classCount
    self.table = table
    self.trueClasses = trueClasses
    self.answers = answers ?? trueClasses?.map { [$0] }
    self.given = given
  }

  /// One-hot labels: a group a class.
  public static func classes(_ count: Int) -> Targets {
    let classes = Array(0..<count)
    return Targets(
      classCount: count, table: .oneHot(classes), trueClasses: classes, given: .oneHot(classes))
  }

  /// K.
  public var groupCount: Int { table.groupCount }

  /// Whether they are one-hot labels, a group a class.
  public var areClasses: Bool {
    guard case .oneHot(let classes) = table else { return false }
    return groupsAreClasses && classes == trueClasses
  }

  /// Whether there is a group a class, in their order.
  public var groupsAreClasses: Bool {
    trueClasses.map { $0.elementsEqual(0..<classCount) } ?? false
  }

  /// The given class of every group, where each has one; nil where none is certain.
  public var givenClasses: [Int]? {
    if case .oneHot(let classes)? = given { classes } else { nil }
  }
}

extension Targets {
  /// W T (p x K), the combinations of prototypes (p x C) that targets are; columns of W themselves
  /// where they are one-hot. O(p C K).
  func combinations(of prototypes: Matrix) -> Matrix {
    if case .oneHot(let classes) = table {
      return areClasses ? prototypes : prototypes.permutingColumns(classes)
    }
    return prototypes.times(table.matrix(classCount: classCount))
  }
}

/// Samples divided into groups, with the groups' targets and weights.
public struct GroupedTargets: Sendable {
  /// The samples of every group.
  public let partition: ClassPartition
  /// What they are trained towards.
  public let targets: Targets
  /// omega_k (K).
  public let weights: [Double]

  /// Gathers what belongs together.
  public init(partition: ClassPartition, targets: Targets, weights: [Double]) {
    self.partition = partition
    self.targets = targets
    self.weights = weights
  }

  /// How many samples each class is given, in expectation; of targets without given labels the sum of
  /// targets (C).
  public var classMasses: [Double] {
    guard targets.table != .oneHot(Array(0..<targets.classCount)) else {
      return partition.sizes.map(Double.init)
    }
    let table = targets.given ?? targets.table
    return (0..<targets.classCount).map { label in
      partition.sizes.indices.map { Double(partition.sizes[$0]) * table[label, $0] }.sum
    }
  }

  /// The same with every group divided further.
  ///
  /// - Parameters:
  ///   - partition: the finer division.
  ///   - parents: the group that each of its groups is part of.
  func refined(to partition: ClassPartition, parents: [Int]) -> GroupedTargets {
    GroupedTargets(
      partition: partition,
      targets: Targets(
        classCount: targets.classCount, table: targets.table.columns(parents, of: targets),
        trueClasses: targets.trueClasses.map { classes in parents.map { classes[$0] } },
        answers: targets.answers.map { answers in parents.map { answers[$0] } },
        given: targets.given?.columns(parents, of: targets)),
      weights: parents.map { weights[$0] })
  }

  /// Several groupings of the same samples in terms of their common refinement.
  ///
  /// - Throws: `Fault` that does not occur.
  public static func refined(_ groupings: [GroupedTargets]) throws(Fault) -> [GroupedTargets] {
    guard let first = groupings.first,
      groupings.contains(where: { $0.partition != first.partition })
    else { return groupings }
    let labels = groupings.map(\.partition.labels)
    let tuples = labels[0].indices.map { sample in labels.map { $0[sample] } }
    let distinct = Set(tuples).sorted { $0.lexicographicallyPrecedes($1) }
    let numbers = Dictionary(uniqueKeysWithValues: zip(distinct, distinct.indices))
    let partition = try ClassPartition(
      labels: tuples.map { numbers[$0] ?? 0 }, classCount: distinct.count)
    return groupings.enumerated().map { index, grouping in
      grouping.refined(to: partition, parents: distinct.map { $0[index] })
    }
  }

  /// One-hot labels with class weights.
  public init(classes partition: ClassPartition, classWeights: ClassWeights = .uniform) {
    self.init(
      partition: partition, targets: .classes(partition.classCount),
      weights: classWeights.values(for: partition.sizes.map(Double.init)))
  }
}
