public import DynNumerics
import RealModule

/// The geometry that the cross-entropy family has with weight decay:
///
///     min (1/n) sum_i omega_y l_i + lambda_1/2 |H|^2 + lambda_2/2 |W|^2
///
/// Features collapse to class means, and with A = W'M diag(sqrt n_c) what is left is convex:
///
///     min sum_c n_c omega_c l(a_c/sqrt n_c, c) + lambda |A|_*,   lambda = n sqrt(lambda_1 lambda_2)
///
/// (Thrampoulidis et al., NeurIPS 2022, section 4). It is solved in factors A = P'B, divided by
/// lambda, with losses in log space, from the best multiple of the max-margin geometry on; so lambda
/// may be as small as a double. As lambda falls the solution approaches that geometry like
/// 1/log(1/lambda).
public struct RidgeGeometry: Sendable {
  /// A smaller strength would put the losses' curvature below the range of a double.
  public static let smallestStrength = 1e-280

  private let loss: any AdjustedCrossEntropy
  private let sizes: [Int]
  private let classWeights: [Double]
  private let featureDecay: Double
  private let prototypeDecay: Double

  /// The geometry of a loss for given class sizes, class weights omega_c and decays.
  ///
  /// - Precondition: sizes, weights and decays are positive.
  public init(
    loss: any AdjustedCrossEntropy, sizes: [Int], classWeights: [Double], featureDecay: Double,
    prototypeDecay: Double
  ) {
    self.loss = loss
    self.sizes = sizes
    self.classWeights = classWeights
    self.featureDecay = featureDecay
    self.prototypeDecay = prototypeDecay
  }

  private var sampleCount: Double { Double(sizes.reduce(0, +)) }

  /// lambda in the form that sums over samples.
  public var strength: Double {
    sampleCount * featureDecay.squareRoot() * prototypeDecay.squareRoot()
  }

  /// The strength from which on the classes of a group of equal ones coincide in prototypes and
  /// means: omega_c sqrt(n_c) delta_c tau_c. Nil for losses that treat the own logit apart.
  public func coincidenceStrength(ofClass label: Int) -> Double? {
    guard loss.offset(label, label: label) == loss.offset(label, label: (label + 1) % sizes.count)
    else { return nil }
    return classWeights[label] * Double(sizes[label]).squareRoot()
      * loss.factor(label, label: label)
  }

  /// The solution. O(C^3) a step of the search, some hundreds of them.
  ///
  /// - Throws: `NumericsError` when a decomposition fails.
  public func solution() throws(NumericsError) -> CollapsedGeometry {
    let problem = CollapsedRidge(
      loss: loss, sizes: sizes, classWeights: classWeights, strength: strength)
    let minimum = problem.minimum(from: try start(problem))
    let matrix = problem.product(minimum.point)
    let decomposition = try matrix.singularValueDecomposition()
    let values = decomposition.values.map { $0 > Self.resolution(decomposition) ? $0 : 0 }
    let ratio = (featureDecay / prototypeDecay).squareRoot()
    let inverseRoots = sizes.map { 1 / Double($0).squareRoot() }
    return CollapsedGeometry(
      gramPrototypes: ratio
        * decomposition.left.congruence(values).withoutNegligibleVectors(below: 1e-12),
      gramClassMeans: (1 / ratio)
        * decomposition.right.congruence(values).withoutNegligibleVectors(below: 1e-12)
        .scaledOnBothSides(by: inverseRoots),
      logits: decomposition.left.scalingColumns(by: values)
        .timesTransposed(decomposition.right).scalingColumns(by: inverseRoots),
      singularValues: Array(values.dropLast()),
      objective: problem.value(of: matrix, nuclearNorm: values.sum) * strength / sampleCount,
      rank: values.count { $0 > 0 }, threshold: minorityThreshold,
      certificate: try problem.certificate(matrix, nuclearNorm: values.sum))
  }

  /// What the search cannot tell from zero: logits are numbers near 1, or larger as the others are.
  private static func resolution(_ decomposition: SingularValueDecomposition) -> Double {
    1e-12 * max(decomposition.values.first ?? 0, 1)
  }

  /// The geometric mean of the decays from which on the smallest classes coincide; nil for a single
  /// smallest class, which coincides with no other, and for smallest classes that are not alike.
  var minorityThreshold: Double? {
    let smallest = sizes.indices.filter { sizes[$0] == sizes.min() }
    let strengths = smallest.compactMap { coincidenceStrength(ofClass: $0) }
    guard smallest.count > 1, strengths.count == smallest.count, let strength = strengths.first,
      strengths.allSatisfy({ abs($0 - strength) <= 4 * strength.ulp })
    else { return nil }
    return strength / sampleCount
  }

  /// Factors of the best multiple of the max-margin geometry.
  private func start(_ problem: CollapsedRidge) throws(NumericsError) -> [Double] {
    let modes = try MaxMarginGeometry(loss: loss, sizes: sizes).classOperator.modes()
    let labels = sizes.indices.map { loss.labelFactor($0) }
    let left = modes.left.transposed
    let right = modes.right.transposed.scalingColumns(by: labels.map { 1 / $0 })
    let direction = left.transposedTimes(
      Matrix(rows: left.rows, columns: left.columns) { modes.values[$0] * right[$0, $1] })
    let multiple = problem.bestMultiple(of: direction, nuclearNorm: modes.values.sum)
    let roots = modes.values.map { (multiple * $0).squareRoot() }
    func factor(_ matrix: Matrix) -> [Double] {
      Matrix(rows: matrix.rows, columns: matrix.columns) { roots[$0] * matrix[$0, $1] }.elements
    }
    return factor(left) + factor(right)
  }
}
