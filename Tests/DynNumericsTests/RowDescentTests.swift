import DynNumerics
import Testing

@Suite struct RowDescentTests {
  /// 12 rows, so that every group starts and ends inside.
  private static let rowCount = 12

  private func descend(
    _ sample: RowSample, _ rows: Range<Int>, _ features: inout Matrix, _ prototypes: inout Matrix,
    steps: [(Double, Double)], testingEvery interval: Int
  ) -> Int? {
    let descent = RowDescent(sample.system)
    return features.withConcurrentRows { features in
      prototypes.withConcurrentRows { prototypes in
        descent.descend(
          rows, of: features, prototypes, featureSteps: steps.map(\.0),
          prototypeSteps: steps.map(\.1), testingEvery: interval)
      }
    }
  }

  @Test(arguments: RowSample.all, 1...RowDescent.rowCount)
  func groupsOfRowsMoveByTheFormula(sample: RowSample, count: Int) {
    var source = NumberSource(5)
    let features = source.matrix(Self.rowCount, sample.sampleCount)
    let prototypes = source.matrix(Self.rowCount, sample.sizes.count)
    let steps = (0..<50).map { index -> (Double, Double) in
      let (first, second) = (Double(index % 7), Double(index % 5))
      return (0.1 + 0.01 * first, 0.2 - 0.01 * second)
    }
    let rows = 2..<2 + count
    var (h, w) = (features, prototypes)
    #expect(descend(sample, rows, &h, &w, steps: steps, testingEvery: 7) == nil)
    for row in 0..<Self.rowCount {
      var expected =
        Array(features.elements[features.range(ofRow: row)])
        + Array(prototypes.elements[prototypes.range(ofRow: row)])
      let found =
        Array(h.elements[h.range(ofRow: row)]) + Array(w.elements[w.range(ofRow: row)])
      guard rows.contains(row) else {
        #expect(found == expected, "row \(row) is not of the group")
        continue
      }
      for (first, second) in steps {
        let slope = sample.slope(expected, (first, second)).values
        for index in expected.indices { expected[index] += slope[index] }
      }
      for (left, right) in zip(found, expected) {
        #expect(abs(left - right) <= 1e-13 * max(1, abs(right)), "row \(row)")
      }
    }
  }

  /// Every step doubles an entry that starts at 2^1000: the 24th step makes it infinite.
  @Test(
    arguments: [
      (steps: 60, interval: 10, tested: 30), (60, 24, 24), (60, 23, 46), (60, 1, 24),
      (60, 64, 60), (24, 64, 24), (23, 64, nil), (23, 1, nil), (25, 10, 25),
    ] as [(steps: Int, interval: Int, tested: Int?)])
  func overflowShowsAtTheNextTestedStep(steps: Int, interval: Int, tested: Int?) {
    let sample = RowSample(sizes: [3, 9], gamma: 0, featureDecay: 1, movesPrototypes: false)
    for (row, column) in [(2, 0), (4, 11), (9, 7)] {
      var features = Matrix(rows: Self.rowCount, columns: sample.sampleCount) { _, _ in 1e-300 }
      features[row, column] = 0x1p1000
      var prototypes = Matrix(rows: Self.rowCount, columns: 2)
      let found = descend(
        sample, 2..<10, &features, &prototypes,
        steps: [(Double, Double)](repeating: (3, 0), count: steps), testingEvery: interval)
      #expect(found == tested)
      #expect(features.elements.allSatisfy { $0.isFinite } == (tested == nil))
    }
  }

  /// An entry outside of the group is none of its business.
  @Test func overflowElsewhereIsNotSeen() {
    let sample = RowSample(sizes: [3, 9], gamma: 0, featureDecay: 1)
    var features = Matrix(rows: Self.rowCount, columns: sample.sampleCount)
    features[1, 0] = .infinity
    features[7, 0] = .nan
    var prototypes = Matrix(rows: Self.rowCount, columns: 2)
    let found = descend(
      sample, 2..<7, &features, &prototypes, steps: [(1, 1), (1, 1)], testingEvery: 1)
    #expect(found == nil)
  }

  /// Prototypes overflow too.
  @Test func prototypesAreTested() {
    let sample = RowSample(sizes: [3, 9], gamma: 0, prototypeDecay: 1)
    var features = Matrix(rows: Self.rowCount, columns: sample.sampleCount)
    var prototypes = Matrix(rows: Self.rowCount, columns: 2)
    prototypes[5, 1] = 0x1p1020
    let found = descend(
      sample, 4..<9, &features, &prototypes,
      steps: [(Double, Double)](repeating: (0, 3), count: 10), testingEvery: 1)
    #expect(found == 4)
  }
}
