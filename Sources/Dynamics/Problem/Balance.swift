import DynNumerics

extension State {
  /// Starts that are less balanced than this are not balanced.
  static let largestImbalance = 1e-12

  /// |H H' - W W'|/|(H, W)|^2 in Frobenius norms; 0 for a state of zeros. Where the traces alone
  /// show that it is not small, what they show: a lower bound. O(p^2 (n + C)), or O(p (n + C)) there.
  var imbalance: Double {
    let size = norms.withoutBias
    guard size > 0 else { return 0 }
    let (h, w) = (features.elements.norm / size, prototypes.elements.norm / size)
    let bound = abs((h - w) * (h + w)) / Double(features.rows).squareRoot()
    guard bound <= Self.largestImbalance else { return bound }
    let (own, other) = (features.divided(by: size), prototypes.divided(by: size))
    return (own.timesTransposed(own) - other.timesTransposed(other)).elements.norm
  }
}
