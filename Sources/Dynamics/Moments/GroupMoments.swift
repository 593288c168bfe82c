import DynNumerics

/// Second moments of K groups of samples and C prototypes, averages over the samples of each group.
struct GroupMoments: SecondMoments {
  /// alpha_k, of |h_i|^2 (K).
  var squares: [Double]
  /// beta_kl, of h_i'h_j over different samples (K x K); 0 for a pair of a group of one sample.
  var pairs: Matrix
  /// kappa_kc, of h_i'w_c (K x C).
  var mixed: Matrix
  /// Omega, of W'W (C x C).
  var prototypes: Matrix

  static func + (left: GroupMoments, right: GroupMoments) -> GroupMoments {
    GroupMoments(
      squares: zip(left.squares, right.squares).map { $0 + $1 }, pairs: left.pairs + right.pairs,
      mixed: left.mixed + right.mixed, prototypes: left.prototypes + right.prototypes)
  }

  static func * (factor: Double, moments: GroupMoments) -> GroupMoments {
    GroupMoments(
      squares: moments.squares.map { factor * $0 }, pairs: factor * moments.pairs,
      mixed: factor * moments.mixed, prototypes: factor * moments.prototypes)
  }

  var largestMagnitude: Double {
    let parts = [squares, pairs.elements, mixed.elements, prototypes.elements].map {
      $0.span.largestMagnitude
    }
    return parts.contains(where: \.isNaN) ? .nan : parts.reduce(0, max)
  }
}

extension GroupMoments {
  /// Those of a state: its group parts A = H Q' (p x K), the squared deviations from the group means,
  /// summed over each group (K), and its prototypes (p x C). O(p (K + C)^2).
  init(groupParts: Matrix, scatter: [Double], prototypes: Matrix, sizes: [Int]) {
    let counts = sizes.map { Double($0) }
    let means = groupParts.scalingColumns(by: counts.map { 1 / $0.squareRoot() })
    let grams = means.transposedTimes(means)
    squares = counts.indices.map { grams[$0, $0] + scatter[$0] / counts[$0] }
    pairs = Matrix(rows: counts.count, columns: counts.count) { row, column in
      guard row == column else { return grams[row, column] }
      let count = counts[row]
      return count > 1 ? grams[row, row] - scatter[row] / (count * (count - 1)) : 0
    }
    mixed = means.transposedTimes(prototypes)
    self.prototypes = prototypes.transposedTimes(prototypes)
  }
}
