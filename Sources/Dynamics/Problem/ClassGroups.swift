/// The division of classes into majorities and minorities.
///
/// A class is a majority when its size is at least the geometric mean of the largest and the
/// smallest: on a step profile these are the two steps, on balanced data all classes are majorities.
public struct ClassGroups: Sendable, Equatable {
  /// Whether each class is a majority (C).
  public let isMajority: [Bool]

  /// The groups of classes of given sizes (C).
  public init(sizes: [Double]) {
    let product = (sizes.max() ?? 1) * (sizes.min() ?? 1)
    isMajority = sizes.map { $0 * $0 >= product }
  }

  /// The groups of classes with given numbers of samples (C).
  public init(sizes: [Int]) { self.init(sizes: sizes.map(Double.init)) }

  /// Groups that are given (C).
  public init(isMajority: [Bool]) { self.isMajority = isMajority }

  /// The majority classes in order.
  public var majorities: [Int] { isMajority.indices.filter { isMajority[$0] } }
  /// The minority classes in order.
  public var minorities: [Int] { isMajority.indices.filter { !isMajority[$0] } }
}
