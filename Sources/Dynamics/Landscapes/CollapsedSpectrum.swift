import DynNumerics

/// The exact spectrum of a Hessian of the layer-peeled model where all features of each class are
/// equal: that of a small matrix, and copies of eigenvalues of even smaller ones.
///
/// Directions in which a class's features move together form a space where the Hessian is that of
/// one feature a class, with the features' coordinates divided by sqrt(n_c). Directions in which
/// they move apart meet neither W nor the other classes: there it is W S_c W'/n_c (S_c the
/// weighted class's Hessian by its logits), with multiplicity n_c - 1.
public struct CollapsedSpectrum: Sendable {
  /// Every eigenvalue, increasing.
  public let eigenvalues: [Double]

  /// Unknowns of the small matrix up to which it is formed.
  static let dimensionLimit = 1500

  /// - Throws: `NumericsError` when a decomposition fails.
  init?(
    _ reduced: LayerPeeledHessian, sizes: [Int], prototypes: Matrix, curvatures: [Matrix],
    decay: WeightDecay
  ) throws(NumericsError) {
    guard reduced.dimension <= Self.dimensionLimit else { return nil }
    let featureCount = prototypes.rows * sizes.count
    let prototypeCount = prototypes.elements.count
    let factors = (0..<reduced.dimension).map { index in
      index < featureCount ? 1 / Double(sizes[index % sizes.count]).squareRoot() : 1
    }
    var matrix = reduced.matrix
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns { matrix[row, column] *= factors[row] * factors[column] }
      matrix[row, row] +=
        row < featureCount
        ? decay.features : row < featureCount + prototypeCount ? decay.prototypes : decay.bias
    }
    var values = try matrix.symmetricEigendecomposition().values
    for (size, curvature) in zip(sizes, curvatures) where size > 1 {
      let block = prototypes.times(curvature).timesTransposed(prototypes)
      for value in try block.symmetricEigendecomposition().values {
        values += [Double](repeating: value / Double(size) + decay.features, count: size - 1)
      }
    }
    eigenvalues = values.sorted()
  }
}
