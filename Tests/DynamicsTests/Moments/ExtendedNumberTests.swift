import Foundation
import Testing

@testable import Dynamics

@Suite struct ExtendedNumberTests {
  @Test(arguments: [0, 1, -1, 0.1, 3e-308, .leastNonzeroMagnitude, -1.7e308, .infinity, -.infinity])
  func numbersComeBack(value: Double) { #expect(ExtendedNumber(value).value == value) }

  @Test func nanStaysOne() { #expect(ExtendedNumber(.nan).value.isNaN) }

  /// Products and roots far beyond a double.
  @Test func fourthPowersComeBack() {
    for value in [1.3e-200, 7.1e200, 1] {
      let fourth = ExtendedNumber(value).squared.squared
      #expect(fourth.squareRoot.squareRoot.value == value)
    }
    let large = ExtendedNumber(1, logScale: 5000)
    let product = (large * ExtendedNumber(1, logScale: -5001)).value
    #expect(abs(product - exp(-1)) <= 1e-12)
    #expect(large.value == .infinity && ExtendedNumber(1, logScale: -5000).value == 0)
    #expect((-large).value == -.infinity)
  }

  @Test func sumsAreThoseOfDoubles() {
    for (left, right) in [(0.1, 0.2), (1e16, 1), (1, -1), (1e-300, 1e300), (3, -2.999), (0, 5)] {
      #expect((ExtendedNumber(left) + ExtendedNumber(right)).value == left + right)
    }
  }

  /// The logarithm of a power of two means that power.
  @Test(arguments: [-1000, -498, -3, 0, 7, 1000]) func powersOfTwoAreExact(exponent: Int) {
    let power = Double(sign: .plus, exponent: exponent, significand: 1)
    #expect(ExtendedNumber(0.7, logScale: log(power)).value == 0.7 * power)
  }
}
