import DynNumerics
import Testing

@Suite struct MatrixCombinationTests {
  /// More tables than one pass takes, and more entries than one thread takes at once.
  @Test(arguments: [1, 2, 9, 10, 11, 23], [(1, 1), (3, 5), (8, 8), (300, 230)])
  func combinationsAreSums(count: Int, shape: (Int, Int)) {
    var source = NumberSource(10)
    let tables = (0..<count).map { _ in source.matrix(shape.0, shape.1) }
    let factors = source.numbers(count)
    let found = Matrix.combination(factors, of: tables)
    let steps = max(1, shape.0 * shape.1 / 500)
    for index in stride(from: 0, to: shape.0 * shape.1, by: steps) {
      let entries = tables.map { $0.elements[index] }
      let size = zip(factors, entries).reduce(0) { $0 + abs($1.0 * $1.1) }
      let error = abs(found.elements[index] - ExactSum.dot(factors, entries))
      #expect(error <= Double(count + 1) * 0x1p-53 * size)
    }
    for threads in 2...3 {
      #expect(Matrix.combination(factors, of: tables, threads: threads) == found)
    }
  }

  #if arch(x86_64)
    /// |A/|A| - (I - 11'/C)/sqrt(C - 1)| in 80-bit numbers, whose range spares the scaling.
    private func literal(_ gram: Matrix) -> Double {
      let count = Float80(gram.rows)
      let norm = gram.elements.reduce(Float80(0)) { $0 + Float80($1) * Float80($1) }.squareRoot()
      var sum = Float80(0)
      for row in 0..<gram.rows {
        for column in 0..<gram.rows {
          let frame = ((row == column ? 1 : 0) - 1 / count) / (count - 1).squareRoot()
          let difference = Float80(gram[row, column]) / norm - frame
          sum += difference * difference
        }
      }
      return Double(sum.squareRoot())
    }

    @Test(arguments: [2, 3, 7, 8, 9, 16, 17, 40], [1, 1e150, 1e-150, 1e307, 1e-305])
    func theDistanceToAFrameIsThatOfTheFormula(size: Int, scale: Double) {
      var source = NumberSource(11)
      let gram = scale * source.matrix(size, size)
      let expected = literal(gram)
      #expect(abs(gram.distanceToSimplexETF() - expected) <= 4e-15 * expected)
      #expect(gram.distanceToSimplexETF(threads: 3) == gram.distanceToSimplexETF())
    }
  #endif

  @Test(arguments: [2, 3, 8, 17, 300], [1, 1e150, 1e-150]) func framesAreAtNoDistance(
    size: Int, scale: Double
  ) {
    let gram = Matrix(rows: size, columns: size) {
      scale * (($0 == $1 ? 1 : 0) - 1 / Double(size))
    }
    #expect(gram.distanceToSimplexETF() <= 1e-14)
    #expect(gram.distanceToSimplexETF(threads: 2) == gram.distanceToSimplexETF())
  }

  @Test func matricesWithoutADirectionHaveNone() {
    #expect(Matrix(rows: 4, columns: 4).distanceToSimplexETF().isNaN)
    for entry in [Double.nan, .infinity, -.infinity] {
      var gram = Matrix.identity(9)
      gram[8, 3] = entry
      #expect(gram.distanceToSimplexETF().isNaN)
    }
  }

  @Test(arguments: [1, 3, 8, 25]) func squaredDistancesAreSums(columns: Int) {
    var source = NumberSource(12)
    let (a, b) = (source.matrix(5, columns), source.matrix(5, columns))
    let expected = ExactSum.of(
      zip(a.elements, b.elements).map { ($0 - 0.4 * $1) * ($0 - 0.4 * $1) })
    #expect(abs(a.squaredDistance(from: b, times: 0.4) - expected) <= 1e-14 * expected)
    #expect(a.squaredDistance(from: a, times: 1) == 0)
  }
}
