import DynNumerics
import Testing

@Suite struct MatrixTests {
  /// Below and above the parts that threads copy and the sizes that get large pages.
  @Test(arguments: [0, 1, 1000, 1 << 18, (1 << 20) + 3]) func copiesAreEqual(count: Int) {
    let matrix = Matrix(rows: 1, columns: count) { Double($1) }
    for threads in [1, 3] { #expect(matrix.copied(threads: threads) == matrix) }
  }

  private let matrix = Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])

  @Test func storesRowsOneAfterTheOther() {
    #expect(matrix[0, 2] == 3)
    #expect(matrix[1, 0] == 4)
    #expect(matrix.column(1) == [2, 5])
    #expect(Array(matrix.elements[matrix.range(ofRow: 1)]) == [4, 5, 6])
    #expect(Matrix(rows: 2, columns: 3) { Double(3 * $0 + $1 + 1) } == matrix)
  }

  @Test func writesOneEntry() {
    var changed = matrix
    changed[1, 2] = -1
    #expect(changed.elements == [1, 2, 3, 4, 5, -1])
  }

  @Test func transposes() {
    #expect(matrix.transposed.elements == [1, 4, 2, 5, 3, 6])
    #expect(matrix.transposed.rows == 3)
    #expect(matrix.transposed.transposed == matrix)
  }

  @Test func permutesAndRepeatsColumns() {
    #expect(matrix.permutingColumns([2, 0, 1]).elements == [3, 1, 2, 6, 4, 5])
    #expect(matrix.permutingColumns([1, 1]).elements == [2, 2, 5, 5])
  }

  @Test func doesArithmeticEntrywise() {
    let other = Matrix(rows: 2, columns: 3, elements: [10, 20, 30, 40, 50, 60])
    #expect((matrix + other).elements == [11, 22, 33, 44, 55, 66])
    #expect((other - matrix).elements == [9, 18, 27, 36, 45, 54])
    #expect((2 * matrix).elements == [2, 4, 6, 8, 10, 12])
    #expect(matrix.combined(with: other) { $1 / $0 }.elements.allSatisfy { $0 == 10 })
  }

  @Test func scalesColumnsLikeADiagonalMatrixOnTheRight() {
    let scaled = matrix.scalingColumns(by: [2, 0, -1])
    #expect(scaled == matrix.naivelyTimes(diagonal([2, 0, -1])))
  }

  @Test func reportsPlausibleMemory() {
    #expect(SystemMemory.available > 1 << 20)
    #expect(SystemMemory.available < 1 << 50)
    #expect(SystemMemory.peak > 1 << 20)
  }
}
