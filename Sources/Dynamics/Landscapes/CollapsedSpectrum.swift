import DynNumerics

/// The exact spectrum of a Hessian by features that are variables where all features of each class are
/// equal: that of a small matrix, and copies of eigenvalues of even smaller ones.
///
/// Directions in which a class's features move together form a space where the Hessian is that of
/// one feature a class, with the features' coordinates divided by sqrt(n_c). Directions in which
/// they move apart are uncoupled from W and the other classes: there it is A_c/n_c, A_c the weighted
/// class's Hessian by its feature (W S_c W' where features enter as they are), with multiplicity
/// n_c - 1.
public struct CollapsedSpectrum: Sendable {
  /// Every eigenvalue, increasing.
  public let eigenvalues: [Double]

  /// Unknowns of the small matrix up to which it is formed.
  static let dimensionLimit = 1500

  /// `reduced` is the Hessian of one feature a class, `blocks` the A_c, `decays` those of the whole
  /// Hessian.
  ///
  /// - Throws: `NumericsError` when a decomposition fails.
  init?(
    _ reduced: ModelHessian, sizes: [Int], blocks: [Matrix],
    decays: [(end: Int, value: Double)]
  ) throws(NumericsError) {
    guard reduced.dimension <= Self.dimensionLimit else { return nil }
    let rows = blocks.first?.rows ?? 0
    // Samples of a class are merged, so that all other variables come earlier by as many.
    let merged = rows * (sizes.reduce(0, +) - sizes.count)
    let factors = (0..<reduced.dimension).map { index in
      index < rows * sizes.count ? 1 / Double(sizes[index % sizes.count]).squareRoot() : 1
    }
    func decay(_ index: Int) -> Double { decays.first { index + merged < $0.end }?.value ?? 0 }
    let featureDecay = decays.first?.value ?? 0
    var matrix = reduced.matrix
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns { matrix[row, column] *= factors[row] * factors[column] }
      matrix[row, row] += row < rows * sizes.count ? featureDecay : decay(row)
    }
    var values = try matrix.symmetricEigendecomposition().values
    for (size, block) in zip(sizes, blocks) where size > 1 {
      for value in try block.symmetricEigendecomposition().values {
        values += [Double](repeating: value / Double(size) + featureDecay, count: size - 1)
      }
    }
    eigenvalues = values.sorted()
  }
}
