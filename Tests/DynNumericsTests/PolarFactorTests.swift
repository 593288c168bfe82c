import DynNumerics
import Testing

/// U V' against other ways to it, and what defines it.
@Suite struct PolarFactorTests {
  private static let share = 1e-10

  /// The Newton-Schulz iteration X <- (3 X - X X'X)/2 from A over its Frobenius norm, which needs no
  /// decomposition.
  private static func iterated(_ matrix: Matrix) -> Matrix {
    let norm = matrix.elements.norm
    var x = (1 / norm) * matrix
    for _ in 0..<200 {
      let cube = x.naivelyTimes(x.naiveTranspose.naivelyTimes(x))
      x = x.combined(with: cube) { 1.5 * $0 - 0.5 * $1 }
    }
    return x
  }

  @Test(arguments: [(1, 1), (1, 6), (6, 1), (5, 5), (3, 8), (8, 3)])
  func iterationWithoutDecompositionAgrees(rows: Int, columns: Int) throws {
    var source = NumberSource(11)
    let matrix = source.matrix(rows, columns)
    let factor = try matrix.polarFactor(above: Self.share)
    #expect(factor.distance(to: Self.iterated(matrix)) <= 1e-12)
  }

  @Test func aColumnIsDividedByItsNorm() throws {
    let column = Matrix(rows: 3, columns: 1, elements: [2, -3, 6])
    let unit = Matrix(rows: 3, columns: 1, elements: [2 / 7.0, -3 / 7.0, 6 / 7.0])
    #expect(try column.polarFactor(above: Self.share).distance(to: unit) <= 1e-15)
    #expect(
      try column.naiveTranspose.polarFactor(above: Self.share)
        .distance(to: unit.naiveTranspose) <= 1e-15)
  }

  /// The factor of Q diag(s) is Q with the columns of the smallest values left out.
  @Test func valuesBelowTheShareAreLeftOut() throws {
    var source = NumberSource(12)
    let basis = try source.matrix(7, 4).singularValueDecomposition().left
    let matrix = basis.scalingColumns(by: [1, 1e-4, 1e-9, 1e-11])
    let factor = try matrix.polarFactor(above: Self.share)
    let expected = Matrix(rows: 7, columns: 4) { $1 < 3 ? basis[$0, $1] : 0 }
    // Digits of the matrix that show its third value.
    #expect(factor.distance(to: expected) <= 1e-6)
    #expect(try factor.singularValueDecomposition().values[3] <= 1e-6)
  }

  @Test func zerosStayZeros() throws {
    var source = NumberSource(13)
    var matrix = source.matrix(5, 6)
    for index in 0..<6 { matrix[1, index] = 0 }
    for index in 0..<5 { (matrix[index, 0], matrix[index, 4]) = (0, 0) }
    let factor = try matrix.polarFactor(above: Self.share)
    for row in 0..<5 {
      for column in 0..<6 {
        #expect((factor[row, column] == 0) == (row == 1 || column == 0 || column == 4))
      }
    }
    #expect(factor.distance(to: Self.iterated(matrix)) <= 1e-12)
    let zero = Matrix(rows: 3, columns: 2)
    #expect(try zero.polarFactor(above: Self.share) == zero)
    let empty = Matrix(rows: 0, columns: 4)
    #expect(try empty.polarFactor(above: Self.share) == empty)
  }

  /// Runs of equal columns, broken by zeros too, and columns that come again later.
  @Test func equalColumnsAreNoExceptions() throws {
    var source = NumberSource(14)
    let few = source.matrix(6, 3)
    let order = [0, 0, 0, 1, 1, 2, 0, 2, 2, 2]
    var matrix = few.permutingColumns(order)
    for row in 0..<6 { matrix[row, 4] = 0 }
    let factors = try matrix.singularValueDecomposition()
    let kept = Array(0..<3)
    let expected = factors.left.permutingColumns(kept)
      .naivelyTimes(factors.right.permutingColumns(kept).naiveTranspose)
    let factor = try matrix.polarFactor(above: Self.share)
    #expect(factor.distance(to: expected) <= 1e-14)
    #expect(factor.column(0) == factor.column(2) && factor.column(7) == factor.column(9))
  }

  /// 600 decades, bit by bit.
  @Test(arguments: [-1000, -664, -498, -1, 0, 1, 498, 664, 1000])
  func scalesDoNotMatter(exponent: Int) throws {
    var source = NumberSource(15)
    let matrix = source.matrix(4, 7)
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    let factor = try matrix.polarFactor(above: Self.share)
    #expect(try (unit * matrix).polarFactor(above: Self.share) == factor)
  }

  /// Powers of ten round the entries.
  @Test(arguments: [1e-300, 1e-200, 1e200, 1e300])
  func powersOfTenDoNotMatter(scale: Double) throws {
    var source = NumberSource(16)
    let matrix = source.matrix(5, 4)
    let factor = try matrix.polarFactor(above: Self.share)
    #expect(try (scale * matrix).polarFactor(above: Self.share).distance(to: factor) <= 1e-14)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func entriesThatAreNotFiniteAreRefused(entry: Double) {
    var matrix = Matrix.identity(3)
    matrix[2, 0] = entry
    let expected = NumericsError.noConvergence(
      routine: "polar decomposition", rows: 3, columns: 3)
    #expect(throws: expected) { _ = try matrix.polarFactor(above: Self.share) }
  }
}
