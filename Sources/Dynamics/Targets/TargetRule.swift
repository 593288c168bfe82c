import DynNumerics

/// How a scenario replaces one-hot labels by other targets.
public protocol TargetRule: Sendable {
  /// C, where the rule fixes it.
  var classCount: Int? { get }
  /// K, the entries of `samples_per_class` and the number of different labels; nil for one a class.
  var groupCount: Int? { get }
  /// Whether class weights may follow the sizes of classes, which samples are then of.
  var hasClasses: Bool { get }
  /// The groups of samples with given labels, their targets and weights.
  ///
  /// - Throws: `Fault` for numbers that do not go together.
  func groups(
    of partition: ClassPartition, classCount: Int, classWeights: ClassWeights
  ) throws(Fault) -> GroupedTargets
}

extension TargetRule {
  /// The other sizes decide.
  public var classCount: Int? { nil }
  /// One a class.
  public var groupCount: Int? { nil }
  /// Samples are of classes.
  public var hasClasses: Bool { true }
}

/// The targets that scenarios can name.
public enum TargetRules {
  /// Every kind; a new one needs its file and a line here.
  public static let kinds: [Kind<any TargetRule>] = [
    SmoothedTargets.kind, NoisyTargets.kind, MultilabelTargets.kind, GivenTargets.kind,
  ]
}
