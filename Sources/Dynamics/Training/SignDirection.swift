public import DynNumerics

/// The signs of a gradient, 0 for 0: steepest in the norm of the largest entry. It is what Adam
/// steps along where its averages forget at once.
public struct SignDirection: SteepestDirection {
  /// Entries below this share of the largest have a sign that rounding may decide.
  private static let clearShare = 1e-12

  /// The direction.
  public init() {}

  /// The sign of every entry.
  public func direction(of gradient: Matrix) -> Matrix {
    Matrix(
      rows: gradient.rows, columns: gradient.columns,
      elements: gradient.elements.map { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 })
  }

  /// The sum of the absolute values.
  public func dualNorm(of gradient: Matrix) -> (value: Double, rounding: Double) {
    (gradient.elements.map { abs($0) }.sum, 1e-12)
  }

  /// The largest difference from -1 or 1 of the entry's sign; from the nearest of -1, 0 and 1 where
  /// rounding may decide the sign.
  public func defect(of direction: Matrix, for gradient: Matrix, accuracy: Double) -> Double {
    let largest = gradient.elements.span.largestMagnitude
    let differences = zip(direction.elements, gradient.elements).map { own, entry in
      abs(entry) > Self.clearShare * largest
        ? abs(own - (entry.sign == .plus ? 1 : -1)) : abs(own - own.rounded())
    }
    return differences.first(where: \.isNaN) ?? differences.max() ?? 0
  }
}
