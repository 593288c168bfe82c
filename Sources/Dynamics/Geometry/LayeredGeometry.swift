public import DynNumerics
import RealModule

/// The global minimiser of squared error with L linear layers above free features
/// (Liu, "The Exploration of Neural Collapse under Imbalanced Data"):
///
///     1/(2n) |W_L ... W_1 H + b 1' - Y|^2 + sum_l lambda_l/2 |W_l|^2 + lambda_H/2 |H|^2
///
/// With the labels Y diag(n)^(-1/2) = U Sigma V' less their mean (where there is a bias, then
/// b_c = n_c/n), the logits are U diag(s) V' diag(n)^(-1/2), and with lambda the geometric mean of
/// the L + 1 factors each s_i minimises
///
///     g(s) = (s - sigma_i)^2/(2n) + (L + 1)/2 lambda s^(2/(L+1)),   s >= 0.
///
/// For L = 1 that is s = max(sigma - n lambda, 0). For L >= 2 the minimiser jumps from zero to
/// s* = (n lambda (L-1))^((L+1)/(2L)) where sigma passes the threshold s* L/(L-1).
public struct LayeredGeometry: Sendable {
  private let sizes: [Int]
  private let hasBias: Bool
  /// lambda_H.
  public let featureDecay: Double
  /// lambda, the geometric mean.
  public let meanDecay: Double
  /// L.
  public let layerCount: Int

  /// The minimiser for given class sizes.
  ///
  /// - Precondition: every decay is positive, and there is one a layer.
  public init(sizes: [Int], layerDecays: [Double], featureDecay: Double, hasBias: Bool) {
    self.sizes = sizes
    self.hasBias = hasBias
    self.featureDecay = featureDecay
    layerCount = layerDecays.count
    let logs = (layerDecays + [featureDecay]).map { Double.log($0) }
    meanDecay = Double.exp(logs.sum / Double(logs.count))
  }

  private var sampleCount: Double { Double(sizes.reduce(0, +)) }
  /// 1/(L + 1).
  private var root: Double { 1 / Double(layerCount + 1) }

  /// The smallest s that is not zero; 0 for L = 1, where nothing jumps.
  public var jump: Double {
    guard layerCount > 1 else { return 0 }
    let power = Double(layerCount + 1) / Double(2 * layerCount)
    return Double.pow(sampleCount * meanDecay * Double(layerCount - 1), power)
  }

  /// sigma*: modes with a smaller singular value of the labels collapse.
  public var threshold: Double {
    guard layerCount > 1 else { return sampleCount * meanDecay }
    return jump * Double(layerCount) / Double(layerCount - 1)
  }

  /// The labels' singular value decomposition, that of Yhat.
  ///
  /// - Throws: `NumericsError` when it fails.
  public func labelModes() throws(NumericsError) -> LabelModes {
    guard hasBias else { return try ClassOperator.labels(sizes: sizes).modes() }
    return try ClassOperator.centredLabels(sizes: sizes).modes().transposed
  }

  /// The minimiser of g for one singular value of the labels. A tie goes to the mode that stays.
  public func singularValue(forLabels sigma: Double) -> Double {
    guard sigma >= threshold, sigma > 0 else { return 0 }
    guard layerCount > 1 else { return sigma - threshold }
    // The larger root of s + n lambda s^-p = sigma, by Newton's method from above: the left-hand
    // side is convex and increasing there, so the iterates fall until rounding stops them.
    let power = 1 - 2 * root
    let factor = sampleCount * meanDecay
    var s = sigma
    while true {
      let term = factor * Double.pow(s, -power)
      let next = s - (s + term - sigma) / (1 - power * term / s)
      guard next < s, next > jump else { return max(s, jump) }
      s = next
    }
  }

  /// g(s) for one singular value of the labels.
  public func energy(_ s: Double, labels sigma: Double) -> Double {
    (s - sigma) * (s - sigma) / (2 * sampleCount)
      + Double(layerCount + 1) / 2 * meanDecay * Double.pow(s, 2 * root)
  }

  /// The norms of the modes' rows of W_L...W_1: sqrt(lambda_H/lambda) s^(L/(L+1)).
  public func rowNorm(_ s: Double) -> Double {
    (featureDecay / meanDecay).squareRoot() * Double.pow(s, Double(layerCount) * root)
  }

  /// The norms of the modes' columns of M diag(sqrt n): sqrt(lambda/lambda_H) s^(1/(L+1)).
  public func columnNorm(_ s: Double) -> Double {
    (meanDecay / featureDecay).squareRoot() * Double.pow(s, root)
  }

  /// The minimiser. O(C^3).
  ///
  /// - Throws: `NumericsError` when the decomposition fails.
  public func solution() throws(NumericsError) -> CollapsedGeometry {
    let modes = try labelModes()
    let values = modes.values.map { singularValue(forLabels: $0) }
    let rows = values.map { rowNorm($0) * rowNorm($0) }
    let columns = values.map { columnNorm($0) * columnNorm($0) }
    let inverseRoots = sizes.map { 1 / Double($0).squareRoot() }
    let energies = zip(values, modes.values).map { energy($0, labels: $1) }
    return CollapsedGeometry(
      gramPrototypes: modes.left.congruence(rows),
      gramClassMeans: modes.right.congruence(columns).scaledOnBothSides(by: inverseRoots),
      logits: modes.left.scalingColumns(by: values).timesTransposed(modes.right)
        .scalingColumns(by: inverseRoots),
      singularValues: values.sorted(by: >), objective: energies.sum,
      rank: values.count { $0 > 0 }, threshold: threshold,
      bias: hasBias ? sizes.map { Double($0) / sampleCount } : nil)
  }
}
