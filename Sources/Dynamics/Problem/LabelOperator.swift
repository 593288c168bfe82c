public import DynNumerics

/// The label operator M = (1/n) B diag(omega) L (C x n), never formed as a matrix: L are the one-hot
/// groups of samples, B = (1+gamma) T - gamma 11' (C x K) for the unhinged loss with targets T
/// (``LabelMixing``). One-hot labels have a group a class and T = I.
///
/// The objective's data term is -<M, W'H> - c'b with c = M 1, so the flow needs only W M and H M'.
/// With D = diag(sqrt n_k), Q = D^-1 L and G = (1/n) B D diag(omega), the operator is M = G Q, and
/// the SVD of the C x K matrix G governs all that happens.
public struct LabelOperator: Sendable {
  /// How the samples are divided into groups.
  public let partition: ClassPartition
  /// What the samples of each group are trained towards.
  public let targets: Targets
  /// omega_k (K).
  public let groupWeights: [Double]
  /// B.
  public let mixing: LabelMixing
  /// The singular value decomposition of G.
  public let modes: LabelModes

  /// The operator of one-hot labels, or of given targets, with the unhinged loss.
  ///
  /// - Throws: `NumericsError` when the decomposition fails (infinite weights).
  /// - Complexity: that of the decomposition of G (``LabelModes``).
  public init(_ groups: GroupedTargets, loss: UnhingedLoss) throws(NumericsError) {
    try self.init(groups, mixing: LabelMixing(groups.targets, gamma: loss.gamma))
  }

  /// The operator of any columns B.
  ///
  /// - Throws: `NumericsError` when the decomposition fails.
  init(_ groups: GroupedTargets, mixing: LabelMixing) throws(NumericsError) {
    partition = groups.partition
    targets = groups.targets
    groupWeights = groups.weights
    self.mixing = mixing
    modes = try mixing.modes(sizes: groups.partition.sizes, weights: groups.weights)
  }

  /// The operator of one-hot labels.
  ///
  /// - Throws: `NumericsError` when the decomposition fails (infinite weights).
  public init(
    partition: ClassPartition, loss: UnhingedLoss, classWeights: ClassWeights = .uniform
  ) throws(NumericsError) {
    try self.init(
      GroupedTargets(classes: partition, classWeights: classWeights), loss: loss)
  }

  /// C.
  public var classCount: Int { targets.classCount }
  /// K.
  public var groupCount: Int { partition.classCount }

  /// Whether all classes have the same size and weight 1, as source A assumes, and B is even.
  public var isBalancedAndUnweighted: Bool {
    guard case .even = mixing else { return false }
    return partition.isBalanced && groupWeights.allSatisfy { $0 == 1 }
  }

  /// omega_k/n (K).
  public var sampleWeights: [Double] {
    groupWeights.map { $0 / Double(partition.sampleCount) }
  }

  /// B diag(omega) as a matrix (C x K): M = (1/n) columns L. O(C K).
  public var columns: Matrix {
    Matrix(rows: classCount, columns: groupCount) { groupWeights[$1] * mixing[$0, $1] }
  }

  /// The decay at which the fastest mode neither grows nor decays: the largest singular value,
  /// (1+gamma)/(C sqrt N) where balanced and unweighted.
  public var criticalDecay: Double {
    if isBalancedAndUnweighted, targets.areClasses {
      return modes.withinTieValue ?? modes.largestValue
    }
    return modes.largestValue
  }

  /// c = M 1 (C), the drive of the bias.
  public var biasDrive: [Double] {
    let shares = zip(partition.sizes, sampleWeights).map { Double($0) * $1 }
    return mixing.mixingBack(Matrix(rows: 1, columns: shares.count, elements: shares)).elements
  }

  /// The columns of W M, one a group (p x K): sample i feels the column of its group. O(p C), O(p C K)
  /// where B is not even.
  public func pull(_ prototypes: Matrix) -> Matrix {
    mixing.mixing(prototypes).scalingColumns(by: sampleWeights)
  }

  /// H M' (p x C) from the group sums of H (p x K).
  public func push(classSums: Matrix) -> Matrix {
    mixing.mixingBack(classSums.scalingColumns(by: sampleWeights))
  }

  /// The sums of the columns of each group (p x K). O(p n).
  public func classSums(_ features: Matrix) -> Matrix {
    var sums = Matrix(rows: features.rows, columns: groupCount)
    for row in 0..<features.rows {
      let start = row * features.columns
      for group in 0..<groupCount {
        let range = partition.range(ofClass: group)
        let span = features.elements.span.extracting(
          start + range.lowerBound..<start + range.upperBound)
        sums[row, group] = span.sum
      }
    }
    return sums
  }

  /// A = H Q' (p x K): column k is sqrt(n_k) times the group's mean.
  public func project(_ features: Matrix) -> Matrix {
    classSums(features).scalingColumns(by: partition.sizes.map { 1 / Double($0).squareRoot() })
  }
}
