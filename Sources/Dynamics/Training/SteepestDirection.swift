public import DynNumerics

/// The direction in which a function of a matrix rises fastest, measured by another norm than
/// Frobenius': for a gradient G the D of norm 1 with the largest <D, G>.
public protocol SteepestDirection: Sendable {
  /// D; zero for a gradient of zeros. It does not depend on the scale of the gradient.
  ///
  /// - Throws: `NumericsError` when a decomposition fails.
  func direction(of gradient: Matrix) throws(NumericsError) -> Matrix
  /// <D, G>, the dual norm of a gradient, by another way than `direction(of:)`, and how far rounding
  /// may take that from it, relative to it.
  ///
  /// - Throws: `NumericsError` when a decomposition fails.
  func dualNorm(of gradient: Matrix) throws(NumericsError) -> (value: Double, rounding: Double)
  /// How far a matrix is from what defines D, relative to D and the gradient; 0 up to the accuracy to
  /// which the matrix is known and what D leaves out of the gradient.
  ///
  /// - Throws: `NumericsError` when a decomposition fails.
  func defect(
    of direction: Matrix, for gradient: Matrix, accuracy: Double
  ) throws(NumericsError) -> Double
}

/// Steps along the steepest directions of all blocks of variables, weight decay apart:
///
///     B <- B - e (D + lambda B)
///
/// D the steepest direction of the block's gradient without regularisers, or of its velocity.
struct SteepestSteps: Sendable {
  private let direction: any SteepestDirection
  private let blocks: [VariableBlock]

  init(_ direction: any SteepestDirection, _ blocks: [VariableBlock]) {
    self.direction = direction
    self.blocks = blocks
  }

  /// D + lambda B of all blocks.
  func pull(
    _ gradient: [Double], at variables: [Double]
  ) throws(NumericsError) -> [Double] {
    var pull = gradient
    for block in blocks {
      let steepest = try direction.direction(of: block.matrix(of: gradient))
      let decayed =
        block.decay == 0 ? steepest : steepest + block.decay * block.matrix(of: variables)
      block.write(decayed, into: &pull)
    }
    return pull
  }
}
