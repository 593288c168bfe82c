public import DynNumerics

/// Inner products of class means and prototypes, from which the neural collapse metrics follow.
///
/// V_c = mu_c - (1/C) sum mu_k are the centred class means. Features and prototypes each carry a
/// scale of their own; every metric here is scale-free or a ratio within one of them.
public struct ClassGeometry: Sendable {
  /// V'V (C x C).
  public let means: Matrix
  /// The Gram matrix of the centred prototypes (C x C).
  public let prototypes: Matrix
  /// W'V (C x C).
  public let cross: Matrix
  /// |w_c|^2, not centred (C).
  public let prototypeSquares: [Double]
  /// The squared deviations from the class mean, summed over each class (C), in the means' scale.
  public let scatter: [Double]
  /// n_c (C).
  public let sizes: [Int]

  init(
    means: Matrix, prototypes: Matrix, cross: Matrix, prototypeSquares: [Double],
    scatter: [Double], sizes: [Int]
  ) {
    self.means = means
    self.prototypes = prototypes
    self.cross = cross
    self.prototypeSquares = prototypeSquares
    self.scatter = scatter
    self.sizes = sizes
  }

  /// From class means and prototypes as vectors (p x C each). O(p C^2).
  init(means: Matrix, prototypes: Matrix, scatter: [Double], sizes: [Int]) {
    let centredMeans = means.centredColumns
    let centredPrototypes = prototypes.centredColumns
    self.init(
      means: centredMeans.transposedTimes(centredMeans),
      prototypes: centredPrototypes.transposedTimes(centredPrototypes),
      cross: prototypes.transposedTimes(centredMeans),
      prototypeSquares: (0..<prototypes.columns).map { prototypes.column($0).sumOfSquares },
      scatter: scatter, sizes: sizes)
  }

  /// |mu_c - mu_G|^2 with mu_G the mean of all samples (C).
  var squaredMeanDeviations: [Double] {
    let total = Double(sizes.reduce(0, +))
    let shares = sizes.map { Double($0) / total }
    let rows = sizes.indices.map { Array(means.elements[means.range(ofRow: $0)]).dot(shares) }
    let centre = rows.dot(shares)
    return sizes.indices.map { max(means[$0, $0] - 2 * rows[$0] + centre, 0) }
  }
}
