public import DynNumerics

/// A label operator seen from the classes:
///
///     A = scale K diag(e),   K = across (I - q q'/|q|^2) + along q q'/|q|^2,   q, e > 0
///
/// The unhinged loss, the max-margin geometry of the cross-entropy family and the minimiser of
/// squared error each have one; they differ in the vector q that is left out or damped and in the
/// weights e. The singular value decomposition of all of them is ``LabelModes``.
public struct ClassOperator: Sendable, Equatable {
  /// The common factor.
  public let scale: Double
  /// The eigenvalue of K on the complement of q.
  public let across: Double
  /// The eigenvalue of K on q.
  public let along: Double
  /// q > 0 (C).
  public let direction: [Double]
  /// e > 0 (C).
  public let weights: [Double]

  /// Xi diag(sqrt n_c) with the simplex-encoded labels Xi = (I - q q'/|q|^2) diag(1/delta_c),
  /// q_c = 1/delta_c (Thrampoulidis et al., NeurIPS 2022; Behnia et al., AISTATS 2023, def. 2).
  public static func simplexEncoding(
    sizes: [Double], multipliers: [Double]
  ) -> ClassOperator {
    ClassOperator(
      scale: 1, across: 1, along: 0, direction: multipliers.map { 1 / $0 },
      weights: zip(sizes, multipliers).map { $0.squareRoot() / $1 })
  }

  /// The transpose of the labels less their mean, Yhat' = (I - q q'/n) diag(sqrt n_c) with
  /// q_c = sqrt(n_c): a bias takes the mean away.
  public static func centredLabels(sizes: [Int]) -> ClassOperator {
    let roots = sizes.map { Double($0).squareRoot() }
    return ClassOperator(scale: 1, across: 1, along: 0, direction: roots, weights: roots)
  }

  /// diag(sqrt n_c), the labels themselves, where there is no bias.
  public static func labels(sizes: [Int]) -> ClassOperator {
    let roots = sizes.map { Double($0).squareRoot() }
    return ClassOperator(scale: 1, across: 1, along: 1, direction: roots, weights: roots)
  }

  /// The operator as a matrix (C x C). O(C^2).
  public var matrix: Matrix {
    let square = direction.sumOfSquares
    let coupling = (across - along) / square
    return Matrix(rows: weights.count, columns: weights.count) { row, column in
      let mixed =
        row == column
        ? along + coupling * (square - direction[row] * direction[row])
        : -coupling * direction[row] * direction[column]
      return scale * mixed * weights[column]
    }
  }

  /// Its singular value decomposition. O(C^2 + g^3) with g different pairs (q_c, e_c).
  ///
  /// - Throws: `NumericsError` when the decomposition fails (infinite weights).
  public func modes() throws(NumericsError) -> LabelModes { try LabelModes(self) }
}
