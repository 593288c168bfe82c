import DynNumerics
import Testing

@Suite struct LogitTablesTests {
  static let layouts = [
    Array(1...20), [1, 1], [2, 3], [4, 3], [8, 8, 8], [7, 1, 9], [40, 1], [16, 17, 15, 1],
  ]

  /// Small integers: sums are exact in any order and ties are many.
  private func integers(_ rows: Int, _ columns: Int, _ source: inout NumberSource) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      elements: (0..<rows * columns).map { _ in Double(Int.random(in: -2...2, using: &source)) })
  }

  @Test(arguments: layouts, [0, 1, 4, 8, 10]) func countsAreThoseOfTheLargestLogit(
    sizes: [Int], tableCount: Int
  ) {
    var source = NumberSource(UInt64(13 + tableCount))
    let (classes, samples) = (sizes.count, sizes.reduce(0, +))
    let labels = sizes.enumerated().flatMap { [Int](repeating: $0, count: $1) }
    let tables = LogitTables(
      first: integers(classes, samples, &source), second: integers(classes, samples, &source),
      shifts: (0..<tableCount).map { _ in integers(classes, classes, &source) })
    let scales = (0..<9).map { SIMD2(Double($0 % 3), Double($0 / 3) - 1) }
    let factors = integers(scales.count, tableCount, &source)
    for offsets in [nil, integers(scales.count, classes, &source)] {
      let expected = scales.indices.map { time in
        labels.indices.count { sample in
          let logits = (0..<classes).map { label -> Double in
            var logit =
              scales[time].x * tables.first[label, sample]
              + scales[time].y * tables.second[label, sample] + (offsets?[time, label] ?? 0)
            for (index, table) in tables.shifts.enumerated() {
              logit += factors[time, index] * table[labels[sample], label]
            }
            return logit
          }
          return logits.indices.allSatisfy {
            $0 == labels[sample] || logits[$0] < logits[labels[sample]]
          }
        }
      }
      for threads in 1...3 {
        let found = tables.correctCounts(
          ClassRows(sizes: sizes), scales: scales, factors: factors, offsets: offsets,
          threads: threads)
        #expect(found == expected)
      }
      // A test that ties everywhere, or nowhere, would show little.
      if samples > 20 {
        #expect(expected.contains { $0 > 0 && $0 < samples })
      }
    }
  }

  @Test func tiesAreNotCorrect() {
    let tables = LogitTables(
      first: Matrix(rows: 3, columns: 12), second: Matrix(rows: 3, columns: 12), shifts: [])
    let counts = tables.correctCounts(
      ClassRows(sizes: [1, 9, 2]), scales: [[1, 1], [1, 1]],
      factors: Matrix(rows: 2, columns: 0),
      offsets: Matrix(rows: 2, columns: 3, elements: [0, 0, 0, 1, 2, 2.5]))
    #expect(counts == [0, 2])
  }
}
