public import DynNumerics

/// The label operator M = (1/n) ((1+gamma) L - gamma 1 1') diag(omega_y) of the unhinged loss
/// (C x n, L the one-hot labels), never formed as a matrix.
///
/// The objective's data term is -<M, W'H> - c'b with c = M 1, so the flow needs only W M and H M'.
/// With D = diag(sqrt n_c), Q = D^-1 L and G = (1/n)((1+gamma) I - gamma 1 1') D diag(omega), the
/// operator is M = G Q, and the SVD of the C x C matrix G governs all that happens.
public struct LabelOperator: Sendable {
  /// How the samples are divided.
  public let partition: ClassPartition
  /// gamma.
  public let gamma: Double
  /// omega_c (C).
  public let classWeights: [Double]
  /// The singular value decomposition of G.
  public let modes: LabelModes

  /// The operator for given labels, loss and class weights.
  ///
  /// - Throws: `NumericsError` when the decomposition fails (infinite weights).
  /// - Complexity: O(C^2 + g^3) with g different values of sqrt(n_c) omega_c.
  public init(
    partition: ClassPartition, loss: UnhingedLoss, classWeights: ClassWeights = .uniform
  ) throws(NumericsError) {
    self.partition = partition
    gamma = loss.gamma
    self.classWeights = classWeights.values(for: partition.sizes)
    modes = try ClassOperator.unhinged(
      sizes: partition.sizes, classWeights: self.classWeights, gamma: loss.gamma
    ).modes()
  }

  /// Whether all classes have the same size and weight 1, as source A assumes.
  public var isBalancedAndUnweighted: Bool {
    partition.isBalanced && classWeights.allSatisfy { $0 == 1 }
  }

  /// omega_c/n (C).
  public var sampleWeights: [Double] {
    classWeights.map { $0 / Double(partition.sampleCount) }
  }

  /// The decay at which the fastest mode neither grows nor decays: the largest singular value,
  /// (1+gamma)/(C sqrt N) where balanced and unweighted.
  public var criticalDecay: Double {
    if isBalancedAndUnweighted {
      return modes.withinGroupValue ?? modes.largestValue
    }
    return modes.largestValue
  }

  /// c = M 1 (C), the drive of the bias.
  public var biasDrive: [Double] {
    let shares = zip(partition.sizes, sampleWeights).map { Double($0) * $1 }
    let total = shares.sum
    return shares.map { (1 + gamma) * $0 - gamma * total }
  }

  /// The columns of W M, one a class (p x C): sample i feels the column of its label.
  public func pull(_ prototypes: Matrix) -> Matrix {
    mix(prototypes).scalingColumns(by: sampleWeights)
  }

  /// H M' (p x C) from the class sums of H (p x C).
  public func push(classSums: Matrix) -> Matrix {
    mix(classSums.scalingColumns(by: sampleWeights))
  }

  /// The product with (1+gamma) I - gamma 1 1' on the right.
  private func mix(_ matrix: Matrix) -> Matrix {
    var result = matrix
    for row in 0..<matrix.rows {
      let range = matrix.range(ofRow: row)
      let total = matrix.elements.span.extracting(range).sum
      for index in range {
        result.elements[index] = (1 + gamma) * matrix.elements[index] - gamma * total
      }
    }
    return result
  }

  /// The sums of the columns of each class (p x C). O(p n).
  public func classSums(_ features: Matrix) -> Matrix {
    var sums = Matrix(rows: features.rows, columns: partition.classCount)
    for row in 0..<features.rows {
      let start = row * features.columns
      for label in 0..<partition.classCount {
        let range = partition.range(ofClass: label)
        let span = features.elements.span.extracting(
          start + range.lowerBound..<start + range.upperBound)
        sums[row, label] = span.sum
      }
    }
    return sums
  }

  /// A = H Q' (p x C): column c is sqrt(n_c) times the class mean.
  public func project(_ features: Matrix) -> Matrix {
    classSums(features).scalingColumns(by: partition.sizes.map { 1 / Double($0).squareRoot() })
  }
}
