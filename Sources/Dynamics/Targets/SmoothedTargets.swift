/// Smoothed labels, T = (1 - epsilon) I + epsilon/C 11' (Szegedy et al., CVPR 2016).
///
/// Under the unhinged loss a change of clock and of gamma (<doc:AnyTargets>).
public struct SmoothedTargets: TargetRule, Equatable {
  static let kind = Kind<any TargetRule>(
    "smoothed", "label smoothing: (1 - epsilon) on the class, epsilon/C on every class",
    parameters: [.required("epsilon", .number(.from(0, through: 1)), "what is spread evenly")]
  ) { fields throws(Fault) in SmoothedTargets(epsilon: try fields.number("epsilon")) }

  /// epsilon in [0, 1].
  public let epsilon: Double

  /// Targets with a given epsilon.
  public init(epsilon: Double) { self.epsilon = epsilon }

  /// A group a class.
  public func groups(
    of partition: ClassPartition, classCount: Int, classWeights: ClassWeights
  ) -> GroupedTargets {
    let classes = Array(0..<classCount)
    let other = epsilon / Double(classCount)
    return GroupedTargets(
      partition: partition,
      targets: Targets(
        classCount: classCount,
        table: .even(own: (1 - epsilon) + other, other: other, count: classCount),
        trueClasses: classes, given: .oneHot(classes)),
      weights: classWeights.values(for: partition.sizes.map(Double.init)))
  }
}
