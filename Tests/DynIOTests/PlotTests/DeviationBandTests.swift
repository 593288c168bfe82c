import Testing

@testable import DynIO

/// Means with a band of one standard deviation.
@Suite struct DeviationBandTests {
  private typealias Series = TrajectoryTable.Series

  private static let keys = ["initial_state.seed"]

  private static func expectation(_ means: [Double], _ deviations: [Double], seed: String = "1")
    -> Series
  {
    Series(
      sweepValues: [seed], solver: "start_moments", times: [0, 1, 2],
      values: [means, deviations, [.nan, .nan, .nan]])
  }

  private static func draw(seed: String = "1") -> Series {
    Series(
      sweepValues: [seed], solver: "closed_form", times: [0, 1, 2],
      values: [[1, 2, 3], [.nan, .nan, .nan], [0.5, 0.6, 0.7]])
  }

  private func figure(_ series: [Series], only names: [String] = []) -> Figure {
    Figure(
      TrajectoryTable(
        sweepKeys: Self.keys, observables: ["loss", "loss_sd", "accuracy"], series: series),
      title: "", only: names)
  }

  @Test func deviationsAreBandsAndNoPanels() throws {
    let figure = figure([Self.draw(), Self.expectation([1, 4, 9], [0.5, 1, 2])])
    #expect(figure.panels.map(\.column) == [0, 2])
    #expect(figure.lines.map(\.style) == [.line, .dashes])
    let band = try #require(figure.lines[1].band)
    #expect(band.lower[0] == [0.5, 3, 7] && band.upper[0] == [1.5, 5, 11])
    let text = try GnuplotScript(figure: figure, format: .svg).text()
    #expect(text.contains("$line1 using 1:5:8 with filledcurves"))
    // Nothing is drawn around what has no deviations.
    #expect(!text.contains("$line1 using 1:7:10"))
    #expect(text.split(separator: "\n").last { $0.contains("title") }?.contains("dt 2") == true)
  }

  /// Seeds have one expectation: its band is its own, not the range over the seeds.
  @Test func theBandIsNotThatOfSeeds() throws {
    let figure = figure(
      ["1", "2"].flatMap { seed in
        [Self.draw(seed: seed), Self.expectation([1, 4, 9], [0.5, 1, 2], seed: seed)]
      })
    let lines = figure.lines
    #expect(lines.count == 2)
    #expect(lines[1].band?.upper[0] == [1.5, 5, 11])
    #expect(lines[0].band?.upper[0] == [1, 2, 3])
  }

  @Test func askedForTheyAreDrawn() {
    let figure = figure(
      [Self.draw(), Self.expectation([1, 4, 9], [0.5, 1, 2])], only: ["loss_sd"])
    #expect(figure.panels.map(\.column) == [1])
  }

  /// Without numbers a column of deviations is one that is not defined.
  @Test func withoutNumbersThereIsNoBand() {
    let figure = figure([Self.draw()])
    #expect(figure.panels.count == 3)
    #expect(figure.lines[0].style == .line)
    #expect(figure.panels[1].content == .message(Figure.Panel.undefined))
  }

  /// On a logarithmic axis a band that reaches zero ends below the line.
  @Test func aBandThatReachesZeroStaysOnItsAxis() throws {
    let figure = figure([Self.expectation([1, 100, 1000], [2, 50, 500])])
    #expect(figure.panels[0].content == .logarithmic(foot: nil))
    #expect(figure.lines[0].style == .line)
    let text = try GnuplotScript(figure: figure, format: .svg).text()
    #expect(text.contains("1:(column(5) > 0 ? column(5) : 0.1):8 with filledcurves"))
  }
}
