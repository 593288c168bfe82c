import DynNumerics
import Testing

/// Rows, inner size and columns of a product.
struct ProductShape: CustomTestStringConvertible {
  let rows: Int
  let inner: Int
  let columns: Int

  var testDescription: String { "\(rows) x \(inner) times \(inner) x \(columns)" }

  static let all = [
    (1, 1, 1), (1, 7, 1), (7, 1, 5), (2, 3, 4), (5, 5, 5), (17, 33, 9), (64, 3, 65), (3, 300, 2),
    (0, 3, 2), (3, 0, 2), (3, 2, 0), (0, 0, 0),
  ].map { ProductShape(rows: $0.0, inner: $0.1, columns: $0.2) }
}

@Suite struct ProductTests {
  /// Small whole numbers: every sum is exact, so the order of additions cannot matter.
  private func wholeNumbers(_ rows: Int, _ columns: Int, _ source: inout NumberSource) -> Matrix {
    Matrix(rows: rows, columns: columns) { _, _ in Double(Int.random(in: -9...9, using: &source)) }
  }

  @Test(arguments: ProductShape.all) func productsOfWholeNumbersAreExact(shape: ProductShape) {
    var source = NumberSource(1)
    let left = wholeNumbers(shape.rows, shape.inner, &source)
    let right = wholeNumbers(shape.inner, shape.columns, &source)
    let expected = left.naivelyTimes(right)
    #expect(left.times(right) == expected)
    #expect(left.naiveTranspose.transposedTimes(right) == expected)
    #expect(left.timesTransposed(right.naiveTranspose) == expected)
  }

  @Test(arguments: ProductShape.all) func productsOfRealNumbersAreRoundedOnly(
    shape: ProductShape
  ) {
    var source = NumberSource(2)
    let left = source.matrix(shape.rows, shape.inner)
    let right = source.matrix(shape.inner, shape.columns)
    let expected = left.naivelyTimes(right)
    // Each of the inner additions and products rounds a number of at most `inner`.
    let bound = Double(shape.inner * shape.inner) * 0x1p-53
    #expect(left.times(right).distance(to: expected) <= bound)
    #expect(left.naiveTranspose.transposedTimes(right).distance(to: expected) <= bound)
    #expect(left.timesTransposed(right.naiveTranspose).distance(to: expected) <= bound)
  }

  @Test func productsPassOnNotANumber() {
    let poisoned = Matrix(rows: 1, columns: 2, elements: [.nan, 1])
    let product = poisoned.times(Matrix(rows: 2, columns: 1, elements: [0, 1]))
    #expect(product[0, 0].isNaN)
  }

  @Test func repeatedProductsAgreeToTheLastBit() {
    var source = NumberSource(3)
    let (left, right) = (source.matrix(90, 130), source.matrix(130, 70))
    let first = left.times(right)
    #expect((0..<5).allSatisfy { _ in left.times(right) == first })
  }
}
