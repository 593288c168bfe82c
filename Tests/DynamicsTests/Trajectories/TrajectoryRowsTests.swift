import Testing

@testable import Dynamics

@Suite struct TrajectoryRowsTests {
  private func rows(_ count: Int) -> TrajectoryRows {
    var rows = TrajectoryRows(observables: 2)
    rows.reserve(count)
    for index in 0..<count {
      let number = Double(index)
      rows.append(
        time: number, zeta: RatePair(features: 2 * number, prototypes: 3 * number),
        relativeError: -number, values: [number + 0.5, number + 0.25])
    }
    return rows
  }

  @Test func rowsComeBackAsTheyWere() throws {
    let rows = rows(5)
    #expect(rows.count == 5)
    #expect(rows.map(\.time) == [0, 1, 2, 3, 4])
    let row = rows[3]
    #expect(row.zeta == RatePair(features: 6, prototypes: 9))
    #expect(row.relativeError == -3)
    #expect(row.values == [3.5, 3.25])
    #expect(row.value(1) == 3.25)
    #expect(try #require(rows.last).values == [4.5, 4.25])
    #expect(rows[1...2].map(\.time) == [1, 2])
  }

  @Test func rowsWithoutObservables() {
    var rows = TrajectoryRows(observables: 0)
    #expect(rows.isEmpty && rows.last == nil)
    rows.append(
      time: 1, zeta: RatePair(features: 1, prototypes: 1), relativeError: .nan, values: [])
    #expect(rows.count == 1 && rows[0].values.isEmpty && rows[0].relativeError.isNaN)
  }

  @Test func theLastRowAlone() {
    #expect(rows(4).lastOnly.map(\.values) == [[3.5, 3.25]])
    #expect(rows(0).lastOnly.isEmpty)
  }
}
