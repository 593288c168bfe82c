public import DynNumerics

/// How the samples are divided into classes.
///
/// Inside `Dynamics` samples are always sorted by class, so that a class is a contiguous range of
/// columns; `order` leads back to the columns of the user's arrays.
public struct ClassPartition: Sendable, Equatable {
  /// n_c, the number of samples of each class (C).
  public let sizes: [Int]
  /// The first sample of each class, and n at the end (C + 1).
  public let offsets: [Int]
  /// The user's column of each sorted sample; nil where they are sorted already.
  private let givenOrder: [Int]?

  /// The user's column of each sorted sample (n).
  public var order: [Int] { givenOrder ?? Array(0..<sampleCount) }

  /// Samples that are sorted by class already.
  ///
  /// - Precondition: every size is at least 1.
  public init(sizes: [Int]) {
    precondition(sizes.allSatisfy { $0 >= 1 }, "a class is empty")
    self.sizes = sizes
    offsets = sizes.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    givenOrder = nil
  }

  /// Samples with labels 0..C-1 in any order; within a class the order is kept.
  ///
  /// - Throws: `Fault` that names a label out of range or an empty class.
  public init(labels: [Int], classCount: Int) throws(Fault) {
    var members = [[Int]](repeating: [], count: classCount)
    for (column, label) in labels.enumerated() {
      guard members.indices.contains(label) else {
        throw Fault("", "label \(label) of sample \(column) is not in 0...\(classCount - 1)")
      }
      members[label].append(column)
    }
    if let empty = members.firstIndex(where: \.isEmpty) {
      throw Fault("", "class \(empty) has no samples: every class needs at least one")
    }
    sizes = members.map(\.count)
    offsets = sizes.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    givenOrder = members.flatMap { $0 }
  }

  /// C.
  public var classCount: Int { sizes.count }
  /// n.
  public var sampleCount: Int { offsets.last ?? 0 }
  /// Whether all classes have the same number of samples.
  public var isBalanced: Bool { sizes.allSatisfy { $0 == sizes[0] } }

  /// The sorted samples of one class.
  public func range(ofClass label: Int) -> Range<Int> { offsets[label]..<offsets[label + 1] }

  /// The label of every sorted sample (n).
  public var sortedLabels: [Int] {
    sizes.enumerated().flatMap { [Int](repeating: $0, count: $1) }
  }

  /// The label of every column of the user's arrays (n).
  public var labels: [Int] {
    var labels = [Int](repeating: 0, count: sampleCount)
    for (column, label) in zip(order, sortedLabels) { labels[column] = label }
    return labels
  }

  /// Puts the user's columns into sorted order.
  public func sorting(_ matrix: Matrix) -> Matrix {
    givenOrder.map(matrix.permutingColumns) ?? matrix
  }

  /// Puts sorted columns back into the user's order.
  public func restoring(_ matrix: Matrix) -> Matrix {
    guard let givenOrder else { return matrix }
    var inverse = givenOrder
    for (sorted, column) in givenOrder.enumerated() { inverse[column] = sorted }
    return matrix.permutingColumns(inverse)
  }
}
