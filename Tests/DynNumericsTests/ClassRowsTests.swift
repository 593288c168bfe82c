import DynNumerics
import Testing

@Suite struct ClassRowsTests {
  static let layouts = [[1, 1], [3, 8, 1, 17], [8, 8], [7, 9, 16, 5], [30, 2, 1]]
  static let rowCounts = [1, 7, 8, 9, 30]

  private func ranges(_ sizes: [Int]) -> [Range<Int>] {
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return start..<start + size
    }
  }

  @Test(arguments: layouts, rowCounts) func momentsAreSumsAndSquaredDeviations(
    sizes: [Int], count: Int
  ) {
    var source = NumberSource(6)
    // A common part a thousand times the deviations, which must not drown them.
    let noise = source.matrix(count, sizes.reduce(0, +))
    let matrix = Matrix(rows: count, columns: noise.columns) { 1000 + noise[$0, $1] }
    let rows = ClassRows(sizes: sizes)
    let (sums, scatter) = rows.moments(matrix)
    for (label, range) in ranges(sizes).enumerated() {
      var squares: [Double] = []
      for row in 0..<count {
        let sum = ExactSum.of(range.map { matrix[row, $0] })
        #expect(abs(sums[row, label] - sum) <= 4e-15 * abs(sum))
        let exactMean = ExactSum.of(range.map { matrix[row, $0] }) / Double(range.count)
        squares += range.map { (matrix[row, $0] - exactMean) * (matrix[row, $0] - exactMean) }
      }
      let expected = ExactSum.of(squares)
      if range.count == 1 {
        #expect(scatter[label] == 0)
      } else {
        #expect(abs(scatter[label] - expected) <= 1e-12 * expected)
      }
    }
    for threads in 2...3 {
      let again = rows.moments(matrix, threads: threads)
      #expect(again.sums == sums && again.scatter == scatter)
    }
  }

  @Test(arguments: layouts, rowCounts) func distancesAreThoseOfTheShiftedMatrix(
    sizes: [Int], count: Int
  ) {
    var source = NumberSource(7)
    let rows = ClassRows(sizes: sizes)
    let h = source.matrix(count, rows.sampleCount)
    let g = source.matrix(count, rows.sampleCount)
    let shifts = source.matrix(count, sizes.count)
    for (factor, scale) in [(1.0, 1.0), (-0.7, 3), (0, 1), (2, 0)] {
      var squares: [Double] = []
      for (label, range) in ranges(sizes).enumerated() {
        for row in 0..<count {
          for sample in range {
            let d = h[row, sample] - (factor * g[row, sample] + scale * shifts[row, label])
            squares.append(d * d)
          }
        }
      }
      let expected = ExactSum.of(squares)
      func distance(_ threads: Int) -> Double {
        rows.squaredDistance(
          of: h, from: g, times: factor, shiftedBy: shifts, times: scale, threads: threads)
      }
      #expect(abs(distance(1) - expected) <= 2e-14 * expected)
      #expect(distance(2) == distance(1) && distance(3) == distance(1))
    }
    #expect(
      rows.squaredDistance(
        of: h, from: h, times: 1, shiftedBy: Matrix(rows: count, columns: sizes.count)) == 0)
  }

  @Test(arguments: layouts, rowCounts) func shiftMovesClassesAsAWhole(sizes: [Int], count: Int) {
    var source = NumberSource(8)
    let rows = ClassRows(sizes: sizes)
    let g = source.matrix(count, rows.sampleCount)
    let shifts = source.matrix(count, sizes.count)
    func shifted(_ threads: Int) -> Matrix {
      var target = Matrix(rows: count, columns: rows.sampleCount) { _, _ in .nan }
      rows.shift(g, times: -0.6, by: shifts, into: &target, threads: threads)
      return target
    }
    let found = shifted(1)
    for (label, range) in ranges(sizes).enumerated() {
      for row in 0..<count {
        for sample in range {
          let (product, shift) = (-0.6 * g[row, sample], shifts[row, label])
          // With or without rounding of the product.
          #expect(
            abs(found[row, sample] - (product + shift)) <= (abs(product) + abs(shift)) * 0x1p-52)
        }
      }
    }
    #expect(shifted(2) == found && shifted(3) == found)
  }

  @Test(arguments: rowCounts) func theLargestMagnitudeIsExact(count: Int) {
    var source = NumberSource(9)
    let rows = ClassRows(sizes: [5, 8, 6])
    var matrix = source.matrix(count, 19)
    for threads in 1...3 {
      #expect(
        rows.largestMagnitude(matrix, threads: threads)
          == matrix.elements.reduce(0) { max($0, abs($1)) })
    }
    matrix[count - 1, 18] = -3
    #expect(rows.largestMagnitude(matrix, threads: 2) == 3)
    matrix[count / 2, 7] = -.infinity
    #expect(rows.largestMagnitude(matrix, threads: 2) == .infinity)
    matrix[0, 3] = .nan
    #expect(rows.largestMagnitude(matrix, threads: 1).isNaN)
    #expect(rows.largestMagnitude(matrix, threads: 3).isNaN)
  }
}
