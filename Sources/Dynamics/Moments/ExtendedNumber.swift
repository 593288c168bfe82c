import RealModule

/// A number with the digits of a double and an exponent of its own: products of fourth powers of
/// scales and growth factors neither overflow nor underflow on the way to a result.
struct ExtendedNumber: Sendable, Equatable {
  /// Of magnitude from 1 up to 2; 0 and what is not finite stand for themselves.
  private let significand: Double
  /// The power of two; a whole number, as a double because growth factors have no bound.
  private let exponent: Double

  static let zero = ExtendedNumber(0)

  /// The number itself.
  init(_ value: Double) { self.init(significand: value, exponent: 0) }

  /// value e^logScale.
  init(_ value: Double, logScale: Double) {
    let power = (logScale / Self.ln2).rounded()
    let rest = (logScale - power * Self.ln2High) - power * Self.ln2Low
    // The logarithm of a power of two, up to its own rounding, means that power.
    let factor = abs(rest) <= 4 * logScale.ulp ? 1 : Double.exp(rest)
    self = ExtendedNumber(value) * ExtendedNumber(significand: factor, exponent: power)
  }

  private init(significand: Double, exponent: Double) {
    guard significand != 0, significand.isFinite else {
      // Zero has no sign.
      (self.significand, self.exponent) = (significand == 0 ? 0 : significand, 0)
      return
    }
    self.significand = Double(
      sign: significand.sign, exponent: 0, significand: significand.significand)
    self.exponent = exponent + Double(significand.exponent)
  }

  /// The double; infinite where it overflows, 0 where it underflows.
  var value: Double {
    guard !exponent.isNaN else { return .nan }
    let bounded = Int(max(-Self.range, min(Self.range, exponent)))
    return significand * Double(sign: .plus, exponent: bounded / 2, significand: 1)
      * Double(sign: .plus, exponent: bounded - bounded / 2, significand: 1)
  }

  var squared: ExtendedNumber { self * self }

  /// The root of a number that is not negative.
  var squareRoot: ExtendedNumber {
    let isOdd = exponent.truncatingRemainder(dividingBy: 2) != 0
    return ExtendedNumber(
      significand: (isOdd ? 2 * significand : significand).squareRoot(),
      exponent: (isOdd ? exponent - 1 : exponent) / 2)
  }

  static prefix func - (number: ExtendedNumber) -> ExtendedNumber {
    ExtendedNumber(significand: -number.significand, exponent: number.exponent)
  }

  static func * (left: ExtendedNumber, right: ExtendedNumber) -> ExtendedNumber {
    ExtendedNumber(
      significand: left.significand * right.significand, exponent: left.exponent + right.exponent)
  }

  static func * (factor: Double, number: ExtendedNumber) -> ExtendedNumber {
    ExtendedNumber(factor) * number
  }

  static func + (left: ExtendedNumber, right: ExtendedNumber) -> ExtendedNumber {
    guard left.significand != 0 else { return right }
    guard right.significand != 0 else { return left }
    let (large, small) = left.exponent >= right.exponent ? (left, right) : (right, left)
    let shift = small.exponent - large.exponent
    guard shift > -Self.digits else { return large }
    return ExtendedNumber(
      significand: large.significand
        + small.significand * Double(sign: .plus, exponent: Int(shift), significand: 1),
      exponent: large.exponent)
  }

  static func += (left: inout ExtendedNumber, right: ExtendedNumber) { left = left + right }

  /// Beyond these powers of two a double has overflowed or underflowed.
  private static let range = 2200.0
  /// Summands that are smaller than the other by this power of two change nothing.
  private static let digits = 200.0
  private static let ln2 = Double.log(2)
  /// ln 2 in two parts, so that multiples of it can be taken off exactly.
  private static let ln2High = 0x1.62e42fee00000p-1
  private static let ln2Low = 0x1.a39ef35793c76p-33
}
