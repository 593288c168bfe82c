/// Mean and variance of a number.
struct Moments: Sendable {
  var mean: ExtendedNumber
  var variance: ExtendedNumber

  /// The number 0.
  static let zero = Moments(mean: .zero, variance: .zero)

  /// The standard deviation.
  var deviation: Double { variance.squareRoot.value }

  /// The moments of a sum of independent numbers.
  static func += (left: inout Moments, right: Moments) {
    left.mean += right.mean
    left.variance += right.variance
  }

  /// Those of the sum of squares of independent normal numbers with mean 0 and one variance.
  static func sumOfSquares(_ count: Double, variance: ExtendedNumber) -> Moments {
    Moments(mean: count * variance, variance: 2 * count * variance.squared)
  }

  /// Those of a multiple of the number.
  static func * (factor: Double, moments: Moments) -> Moments {
    Moments(
      mean: factor * moments.mean, variance: ExtendedNumber(factor).squared * moments.variance)
  }
}
