import Testing

@testable import DynIO

/// Lines of seeds whose runs stop at different times: their mean and range over the rows that all have.
@Suite struct SeedAverageTests {
  private typealias Series = TrajectoryTable.Series

  /// Rows of two observables: a seed's number times 1, 10, 100, ..., and minus that.
  private static func series(_ seed: Int, rows: Int, gamma: String = "0.1") -> Series {
    let powers = [1.0, 10, 100, 1000].prefix(rows)
    return Series(
      sweepValues: ["\(seed)", gamma], solver: "ode", times: (0..<rows).map { 2 * Double($0) },
      values: [powers.map { Double(seed) * $0 }, powers.map { -Double(seed) * $0 }])
  }

  private func lines(_ series: [Series]) -> [Figure.Line] {
    Figure(
      TrajectoryTable(
        sweepKeys: ["initial_state.seed", "model.loss.gamma"], observables: ["a", "b"],
        series: series), title: "", only: []
    ).lines
  }

  /// Seeds 1, 2 and 6 in every order, of which one stops first.
  @Test(arguments: [[1, 2, 6], [6, 2, 1], [2, 6, 1], [6, 1, 2]], [1, 2, 6])
  func theShortestEndsTheMean(seeds: [Int], first: Int) throws {
    let lines = lines(seeds.map { Self.series($0, rows: $0 == first ? 2 : 4) })
    let line = try #require(lines.first)
    let band = try #require(line.band)
    #expect(lines.count == 1)
    #expect(line.times == [0, 2])
    #expect(line.values == [[3, 30], [-3, -30]])
    #expect(band.lower == [[1, 10], [-6, -60]])
    #expect(band.upper == [[6, 60], [-1, -10]])
  }

  /// Other swept values have lines and lengths of their own.
  @Test func everyOtherValueHasItsMean() {
    let lines = lines([
      Self.series(1, rows: 4), Self.series(1, rows: 1, gamma: "0.2"), Self.series(3, rows: 3),
      Self.series(2, rows: 3, gamma: "0.2"),
    ])
    #expect(lines.map(\.times) == [[0, 2, 4], [0]])
    #expect(lines.map { $0.values[0] } == [[2, 20, 200], [1.5]])
    #expect(lines.map(\.label) == ["γ = 0.1", "γ = 0.2"])
  }
}
