import Testing

@testable import DynIO

/// Which panels a figure has and on which scale.
@Suite struct FigureScaleTests {
  private func panel(_ values: [Double], times: [Double]? = nil) throws -> Figure.Panel {
    let series = TrajectoryTable.Series(
      sweepValues: [], solver: "ode", times: times ?? values.indices.map(Double.init),
      values: [values])
    let table = TrajectoryTable(sweepKeys: [], observables: ["loss"], series: [series])
    return try #require(Figure(table, title: "", only: []).panels.first)
  }

  @Test func zerosLeaveAnAxisLogarithmic() throws {
    // Nine of eleven values are exact zeros.
    let zeros = [Double](repeating: 0, count: 9)
    #expect(try panel([5, 0.003] + zeros).content == .logarithmic(foot: 0.001))
    #expect(try panel([5, 0.001] + zeros).content == .logarithmic(foot: 0.0001))
    #expect(try panel([5, 0.003]).content == .logarithmic(foot: nil))
    #expect(try panel([5, 0.3] + zeros).content == .linear)
    #expect(try panel([5, 0.003, -1e-9] + zeros).content == .linear)
  }

  @Test func constantsAndSinglePointsHaveALinearPanel() throws {
    #expect(try panel([0, 0, 0]).content == .linear)
    #expect(try panel([7]).content == .linear)
    #expect(try panel([.nan, -3, .infinity]).content == .linear)
  }

  @Test func whatCannotBeDrawnIsNotDefined() throws {
    let undefined = Figure.Panel.Content.message("not defined here")
    #expect(try panel([.nan, .nan]).content == undefined)
    #expect(try panel([.infinity, -.infinity]).content == undefined)
    #expect(try panel([1.7e308, -1.7e308]).content == undefined)
    #expect(try panel([1, 2], times: [.nan, .nan]).content == undefined)
    #expect(try panel([.leastNonzeroMagnitude, 5]).content == .linear)
  }

  @Test func withoutObservablesOnePanelSaysSo() throws {
    let series = TrajectoryTable.Series(sweepValues: [], solver: "ode", times: [0], values: [])
    let table = TrajectoryTable(sweepKeys: [], observables: [], series: [series])
    let panels = Figure(table, title: "", only: []).panels
    #expect(panels.map(\.content) == [.message("no observables were recorded")])
  }

  /// The reference's error against itself is no curve, but anybody who asks for it gets it.
  @Test func theErrorOfTheOnlySolverIsLeftOut() {
    let series = TrajectoryTable.Series(
      sweepValues: [], solver: "closed_form", times: [0, 1], values: [[1, 2], [0, 0]])
    let table = TrajectoryTable(
      sweepKeys: [], observables: ["loss", "relative_error"], series: [series])
    #expect(Figure(table, title: "", only: []).panels.map(\.column) == [0])
    let asked = Figure(table, title: "", only: ["relative_error"]).panels
    #expect(asked.map(\.content) == [.linear])
  }

  /// A run that stopped early ends the mean over the seeds.
  @Test func seedsOfDifferentLengthAreAveragedOverTheShortest() throws {
    func series(_ seed: String, _ values: [Double]) -> TrajectoryTable.Series {
      .init(
        sweepValues: [seed], solver: "ode", times: values.indices.map(Double.init),
        values: [values])
    }
    let table = TrajectoryTable(
      sweepKeys: ["initial_state.seed"], observables: ["loss"],
      series: [series("1", [1, 2, 3]), series("2", [3, 6]), series("3", [2, 4, 6, 8])])
    let line = try #require(Figure(table, title: "", only: []).lines.first)
    #expect(line.times == [0, 1])
    #expect(line.values == [[2, 4]])
    #expect(line.band?.lower == [[1, 2]])
    #expect(line.band?.upper == [[3, 6]])
  }
}
