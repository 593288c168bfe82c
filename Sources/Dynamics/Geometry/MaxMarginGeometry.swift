public import DynNumerics

/// The geometry that the losses of the cross-entropy family approach without weight decay:
///
///     min 1/2 |W|^2 + 1/2 |H|^2   with   tau_y (delta_y w_y - delta_c w_c)'h_i >= 1  for c != y
///
/// With the simplex encoding Xi of the multipliers delta, sizes nt_c = n_c/tau_c^2 and the SVD
/// A = Xi diag(sqrt nt) = V S U' every minimiser has
///
///     W'W = V S V',   M'M = T N^(-1/2) U S U' N^(-1/2) T,   W'M = Xi T,   optimum sum(S)
///
/// with N = diag(nt), T = diag(1/tau). Thrampoulidis et al. (NeurIPS 2022) prove it for equal
/// multipliers, Behnia et al. (AISTATS 2023, theorem 1) for step profiles; the proof needs of the
/// polar factor V U' only the signs that it has for all sizes and multipliers, and
/// ``OptimalityCertificate`` checks them.
public struct MaxMarginGeometry: Sendable {
  private let sizes: [Double]
  private let multipliers: [Double]
  private let labelFactors: [Double]

  /// The geometry of a loss for given class sizes. Offsets and class weights do not change it.
  public init(loss: any VanishingLoss, sizes: [Int]) {
    self.init(
      sizes: sizes.map(Double.init), multipliers: sizes.indices.map { loss.classFactor($0) },
      labelFactors: sizes.indices.map { loss.labelFactor($0) })
  }

  /// The geometry for class sizes n_c, which need not be whole, and factors delta_c and tau_c.
  ///
  /// - Precondition: all are positive, and there is one of each a class.
  public init(sizes: [Double], multipliers: [Double], labelFactors: [Double]) {
    self.sizes = zip(sizes, labelFactors).map { $0 / ($1 * $1) }
    self.multipliers = multipliers
    self.labelFactors = labelFactors
  }

  /// The operator A.
  public var classOperator: ClassOperator {
    .simplexEncoding(sizes: sizes, multipliers: multipliers)
  }

  /// The solution. O(C^3).
  ///
  /// - Throws: `NumericsError` when the decomposition fails.
  public func solution() throws(NumericsError) -> CollapsedGeometry {
    let classOperator = classOperator
    let modes = try classOperator.modes()
    // Without the mode of q, whose singular value is zero.
    let singularValues = Array(modes.values.sorted(by: >).dropLast())
    let optimum = singularValues.sum
    let meanFactors = zip(sizes, labelFactors).map { 1 / ($0.squareRoot() * $1) }
    return CollapsedGeometry(
      gramPrototypes: modes.left.congruence(modes.values),
      gramClassMeans: modes.right.congruence(modes.values).scaledOnBothSides(by: meanFactors),
      logits: classOperator.matrix.scalingColumns(by: meanFactors),
      singularValues: singularValues, objective: optimum, margin: 1 / optimum,
      certificate: certificate(modes, optimum: optimum))
  }

  /// The dual of the nuclear-norm form of the problem,
  ///
  ///     max sum beta_cy   with   |G(beta)|_2 <= 1, beta >= 0,
  ///
  /// at G = Q, the polar factor of A without the mode of q: beta_cy = -Q_cy sqrt(nt_y)/delta_c.
  private func certificate(_ modes: LabelModes, optimum: Double) -> OptimalityCertificate {
    let direction = classOperator.direction
    let unit = direction.map { $0 / direction.norm }
    let full = modes.left.timesTransposed(modes.right)
    let projections = Matrix(rows: 1, columns: unit.count, elements: unit).times(full)
    let polar = Matrix(rows: full.rows, columns: full.columns) { row, column in
      full[row, column] - unit[row] * projections.elements[column]
    }
    var (dual, worst) = (0.0, 0.0)
    for row in 0..<polar.rows {
      for column in 0..<polar.columns where row != column {
        dual -= polar[row, column] * sizes[column].squareRoot() / multipliers[row]
        worst = max(worst, polar[row, column])
      }
    }
    let norm = (try? polar.singularValueDecomposition().values.first) ?? .nan
    return OptimalityCertificate(
      infeasibility: max(norm - 1, worst, 0), gap: abs(optimum - dual) / optimum)
  }
}
