import Foundation
import Testing

/// Every valid run has a figure.
@Suite struct FigureForEveryRunTests {
  private func texts(_ arguments: [String], _ scenario: String) async throws -> [String] {
    let folder = try CommandFolder()
    try folder.put(scenario, in: "s.json")
    try await expectSuccess(arguments + ["s.json", "--plot", "s.svg"], in: folder)
    return try SVGTexts.read("s.svg", in: folder)
  }

  @Test func aRunWithoutObservablesSaysSo() async throws {
    let shown = try await texts(
      ["simulate"] + quietly,
      SmallScenario.text(
        SmallScenario.threeTimes, #""observables": []"#, #""solvers": [{"kind": "closed_form"}]"#))
    #expect(shown.contains("no observables were recorded"))
  }

  @Test func anUndefinedObservableSaysSo() async throws {
    let model = #"{"classes": 3, "samples_per_class": [1, 2, 3], "feature_dimension": 4}"#
    let shown = try await texts(
      ["simulate"] + quietly,
      SmallScenario.text(
        model: model, SmallScenario.threeTimes, #""observables": ["aligned_distance"]"#))
    #expect(shown.contains("not defined here"))
  }

  @Test(arguments: ["[0]", "[0, 1, 2]"]) func aZeroStartIsAFlatLineOrAPoint(
    times: String
  ) async throws {
    let shown = try await texts(
      ["simulate"] + quietly,
      SmallScenario.text(
        Self.zeros, "\"time\": {\"at\": \(times)}",
        #""observables": ["norm_z"]"#))
    #expect(!shown.contains("not defined here"))
    #expect(shown.contains { $0.hasPrefix("norm_z") })
  }

  /// Seeds that reach the condition at different outputs, the first of them late and early.
  @Test(arguments: ["[1, 2, 3]", "[3, 2, 1]"]) func seedsThatStopAtDifferentTimesAreDrawn(
    seeds: String
  ) async throws {
    let folder = try CommandFolder()
    try folder.put(
      SmallScenario.text(
        "\"sweep\": {\"initial_state.seed\": \(seeds)}", #""time": {"end": 20, "outputs": 41}"#,
        #""stop_when": {"observable": "loss", "below": -3}, "observables": ["loss"]"#),
      in: "s.json")
    try await expectSuccess(
      ["simulate", "s.json", "--plot", "s.svg"] + quietly, in: folder)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    let counts = Dictionary(grouping: table.rows) { $0[0] }.mapValues(\.count)
    try #require(Set(counts.values).count == 3, "the runs differ in length: \(counts)")
    #expect(try SVGTexts.read("s.svg", in: folder).contains { $0.hasPrefix("loss") })
    try await expectSuccess(["plot", "out.csv", "-o", "again.svg"], in: folder)
    #expect(try SVGTexts.read("again.svg", in: folder).contains { $0.hasPrefix("loss") })
  }

  private static let zeros =
    #""initial_state": {"prototypes": {"kind": "zeros"}, "features": {"kind": "zeros"}}"#
  private static let geometry = #"""
    {"model": {"case": "unconstrained", "loss": {"kind": "cross_entropy"}, "classes": 4,
               "samples_per_class": 5, "feature_dimension": 6}, "time": {"end": 1}
    """#

  @Test(arguments: [
    #", "sweep": {"model.classes": [4]}"#, #", "sweep": {"description": ["a", "b"]}"#, "",
  ]) func aGeometryIsDrawnWhateverIsSwept(sweep: String) async throws {
    let shown = try await texts(["geometry"], Self.geometry + sweep + "}")
    #expect(shown.count > 10)
    #expect(!sweep.contains("description") || shown.contains { $0.contains("1 = a, 2 = b") })
  }

  /// Where all samples are fitted without a doubt the Hessian is zero.
  @Test func aZeroSpectrumIsDrawn() async throws {
    let certain = #"{"kind": "values", "values": [[1000, 0], [0, 1000]]}"#
    let shown = try await texts(
      ["spectrum"],
      SmallScenario.text(
        model: #"{"classes": 2, "samples_per_class": 1, "feature_dimension": 2, "#
          + #""loss": {"kind": "cross_entropy"}}"#,
        "\"initial_state\": {\"prototypes\": \(certain), \"features\": \(certain)}",
        #""time": {"at": [0]}"#, #""solvers": [{"kind": "ode"}]"#))
    #expect(shown.contains("eigenvalue") && shown.contains("total"))
    #expect(!shown.contains("not defined here"))
  }
}
