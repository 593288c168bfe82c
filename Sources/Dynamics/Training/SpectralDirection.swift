public import DynNumerics
import RealModule

/// U V' of a gradient U S V': steepest in the spectral norm, the largest singular value. All
/// singular directions move alike, however small their share of the gradient is.
///
/// Singular values of at most 1e-10 of the largest count as zeros. O(r k min(r, k)) for r rows and k
/// different columns.
public struct SpectralDirection: SteepestDirection {
  /// The share of the largest singular value below which singular values count as zeros.
  public static let threshold = 1e-10

  /// The direction.
  public init() {}

  /// U V'.
  public func direction(of gradient: Matrix) throws(NumericsError) -> Matrix {
    try gradient.polarFactor(above: Self.threshold)
  }

  /// The sum of the singular values, as roots of the eigenvalues of the smaller Gram matrix, which
  /// hold half of the digits.
  public func dualNorm(
    of gradient: Matrix
  ) throws(NumericsError) -> (value: Double, rounding: Double) {
    let largest = gradient.elements.span.largestMagnitude
    guard largest > 0 else { return (0, 0) }
    let scaled = gradient.divided(by: largest)
    let eigenvalues = try scaled.smallerProduct(with: scaled).symmetricEigendecomposition().values
    let sum = eigenvalues.map { max(0, $0).squareRoot() }.sum
    let size = Double(eigenvalues.count)
    return (largest * sum, size * (size * Double.ulpOfOne).squareRoot())
  }

  /// D = U V' if and only if S = G D' (or D'G where there are fewer columns) is symmetric without
  /// negative eigenvalues, G = S D, D D'D = D, and D has the rank of S.
  public func defect(
    of direction: Matrix, for gradient: Matrix, accuracy: Double
  ) throws(NumericsError) -> Double {
    let largest = gradient.elements.span.largestMagnitude
    guard largest > 0 else { return direction.elements.norm }
    let gradient = gradient.divided(by: largest)
    let size = gradient.elements.norm
    let root = gradient.smallerProduct(with: direction)
    let eigenvalues = try root.symmetricEigendecomposition().values
    let isometry = direction.smallerTimes(direction.smallerProduct(with: direction)) - direction
    let defects = [
      (root - root.transposed).elements.norm / size,
      (direction.smallerTimes(root) - gradient).elements.norm / size,
      -(eigenvalues.first ?? 0) / size,
      isometry.elements.norm / max(1, direction.elements.norm),
      rankDefect(direction, eigenvalues, accuracy),
    ]
    // A NaN must stay one: max would drop it.
    return defects.first(where: \.isNaN) ?? defects.max() ?? 0
  }

  /// How far |D|^2 is from the number of eigenvalues of S above the threshold, those near it left to
  /// either side.
  private func rankDefect(
    _ direction: Matrix, _ eigenvalues: [Double], _ accuracy: Double
  ) -> Double {
    let largest = eigenvalues.last ?? 0
    let rank = direction.elements.sumOfSquares
    let least = eigenvalues.count { $0 > (2 * Self.threshold + accuracy) * largest }
    let most = eigenvalues.count { $0 > (Self.threshold / 2 - accuracy) * largest }
    return max(0, Double(least) - rank, rank - Double(most)) / max(1, rank)
  }
}

extension Matrix {
  /// The product with another matrix's transpose that is the smaller one: A B' or A'B.
  fileprivate func smallerProduct(with other: Matrix) -> Matrix {
    rows <= columns ? timesTransposed(other) : transposedTimes(other)
  }

  /// The product with a square matrix on the side where the smaller product has it.
  fileprivate func smallerTimes(_ square: Matrix) -> Matrix {
    rows <= columns ? square.times(self) : times(square)
  }
}
