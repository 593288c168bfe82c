import DynNumerics
import Testing

@Suite struct SumTests {
  /// Lengths around the boundaries of lanes and blocks.
  static let lengths = [
    0, 1, 2, 7, 8, 9, 15, 16, 17, 255, 256, 257, 263, 264, 265, 511, 512, 513, 1000, 100_003,
  ]

  @Test(arguments: lengths) func sumsOfWholeNumbersAreExact(length: Int) {
    let numbers = (0..<length).map { Double($0 % 1000 + 1) }
    let expected = (0..<length).reduce(0) { $0 + $1 % 1000 + 1 }
    #expect(numbers.sum == Double(expected))
    #expect(numbers.dot(numbers) == Double((0..<length).reduce(0) { $0 + square($1 % 1000 + 1) }))
    #expect(numbers.sumOfSquares == numbers.dot(numbers))
  }

  private func square(_ number: Int) -> Int { number * number }

  @Test(arguments: lengths) func randomSumsAreAccurateToAFewUnitsOfRounding(length: Int) {
    var source = NumberSource(UInt64(length))
    let (first, second) = (source.numbers(length), source.numbers(length))
    let bound = 4 * 0x1p-53
    let size = ExactSum.of(first.map { abs($0) })
    #expect(abs(first.sum - ExactSum.of(first)) <= bound * size)
    let products = ExactSum.of(zip(first, second).map { abs($0 * $1) })
    #expect(abs(first.dot(second) - ExactSum.dot(first, second)) <= bound * products)
    let squares = ExactSum.dot(first, first)
    #expect(abs(first.sumOfSquares - squares) <= bound * squares)
  }

  @Test func aMillionEqualTermsDoNotDrift() {
    let numbers = [Double](repeating: 0.1, count: 1_000_000)
    let expected = ExactSum.of(numbers)
    #expect(abs(numbers.sum - expected) <= 8 * expected.ulp)
    #expect(abs(numbers.sumOfSquares - ExactSum.dot(numbers, numbers)) <= 8 * 10_000.0.ulp)
  }

  @Test(arguments: [256, 512, 2560]) func termsThatCancelAcrossBlocksLeaveTheSmallOnes(gap: Int) {
    var numbers = [Double](repeating: 0, count: 3 * gap)
    numbers[0] = 1e17
    numbers[gap] = 1
    numbers[2 * gap] = -1e17
    #expect(numbers.sum == 1)
    #expect(numbers.dot(numbers.map { _ in 1 }) == 1)
  }

  @Test func termsThatGrowFromBlockToBlockAreCompensatedToo() {
    var numbers = [Double](repeating: 0, count: 4 * 256)
    numbers[0] = 1
    numbers[256] = 1e17
    numbers[512] = 1
    numbers[768] = -1e17
    #expect(numbers.sum == 2)
  }

  @Test(arguments: lengths) func infinitiesAndNotANumberGetThrough(length: Int) {
    guard length > 0 else { return }
    var numbers = [Double](repeating: 1, count: length)
    numbers[length - 1] = .infinity
    #expect(numbers.sum == .infinity)
    #expect(numbers.sumOfSquares == .infinity)
    numbers[length - 1] = .nan
    #expect(numbers.sum.isNaN)
    #expect(numbers.sumOfSquares.isNaN)
  }
}

@Suite struct NormTests {
  @Test(arguments: [0x1p-1070, 1e-300, 1e-160, 1, 1e160, 1e307])
  func normsNeitherOverflowNorUnderflow(scale: Double) {
    let expected = 5 * scale
    #expect(abs([3 * scale, -4 * scale].norm - expected) <= 2 * expected.ulp)
  }

  @Test(arguments: SumTests.lengths) func normsOfEqualEntriesGrowLikeTheRoot(length: Int) {
    let numbers = [Double](repeating: 1e200, count: length)
    let expected = 1e200 * Double(length).squareRoot()
    #expect(abs(numbers.norm - expected) <= 2 * expected.ulp)
  }

  @Test func normOfNothingIsZero() {
    #expect([Double]().norm == 0)
    #expect([0.0, -0.0].norm == 0)
  }

  @Test func normOfAnInfinityIsInfinite() {
    #expect([1, -Double.infinity].norm == .infinity)
  }

  @Test(arguments: [[Double.nan], [.nan, .nan], [0, .nan], [.nan, 1], [1, .nan]])
  func normOfNotANumberIsNotANumber(entries: [Double]) {
    #expect(entries.norm.isNaN)
  }
}
