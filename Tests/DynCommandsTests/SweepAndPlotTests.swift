import Foundation
import TestSupport
import Testing

/// Sweeps and figures as a user runs them.
@Suite struct SweepAndPlotTests {
  private static let scenario = """
    {"model": {"classes": 3, "samples_per_class": 4, "feature_dimension": 5},
     "time": {"end": 40, "outputs": 11}, "observables": ["loss", "direction_distance"],
     "solvers": [{"kind": "closed_form"}, {"kind": "gradient_descent", "form": "exact"}],
     "sweep": {"initial_state.seed": [1, 2, 3], "model.loss.gamma": [0.1, "averaged"]}}
    """

  private func folder() throws -> CommandFolder {
    let folder = try CommandFolder()
    try folder.put(Self.scenario, in: "s.json")
    return folder
  }

  @Test func sweptKeysAreColumnsInOrder() async throws {
    let folder = try folder()
    try await expectSuccess(["simulate", "s.json", "--quiet", "-o", "s.csv"], in: folder)
    let lines = try folder.text(of: "s.csv").split(separator: "\r\n")
    let header =
      "initial_state.seed,model.loss.gamma,solver,time,zeta_h,zeta_w,loss,"
      + "direction_distance,relative_error"
    #expect(String(lines[0]) == header)
    #expect(lines.count == 133)
    #expect(lines[1].hasPrefix("1,0.1,closed_form,0.0,"))
    #expect(lines[23].hasPrefix("1,averaged,closed_form,0.0,"))
    try await expectSuccess(["simulate", "s.json", "--quiet", "-o", "t.csv"], in: folder)
    #expect(try folder.data(of: "s.csv") == folder.data(of: "t.csv"))
  }

  @Test func aMemberThatFailsIsNamedAndTheOthersRun() async throws {
    let folder = try folder()
    let result = try await DynProcess.run(
      [
        "simulate", "s.json", "--quiet", "-o", "s.csv", "--set",
        "sweep={\"model.class_weights\":[[1,1,1],[1,1]]}",
      ], in: folder)
    #expect(result.status == 1)
    #expect(result.error.contains("model.class_weights=[1,1]"))
    #expect(try folder.text(of: "s.csv").split(separator: "\r\n").count == 23)
  }

  @Test(arguments: [("svg", "<?xml"), ("png", "\u{FFFD}PNG"), ("pdf", "%PDF")])
  func figuresHaveTheirFormat(format: String, magic: String) async throws {
    let folder = try folder()
    try await expectSuccess(
      ["simulate", "s.json", "--quiet", "-o", "s.csv", "--plot", "s.\(format)"], in: folder)
    let drawn = try folder.data(of: "s.\(format)")
    #expect(String(decoding: drawn.prefix(8), as: UTF8.self).hasPrefix(magic))
    try await expectSuccess(["plot", "s.csv", "-o", "t.\(format)"], in: folder)
    if format != "pdf" { #expect(try folder.data(of: "t.\(format)") == drawn) }
  }

  /// Seeds become one line a gamma with its band.
  @Test func seedsAreAveraged() async throws {
    let folder = try folder()
    try await expectSuccess(
      ["simulate", "s.json", "--quiet", "-o", "s.csv", "--plot", "s.svg"], in: folder)
    let figure = try folder.text(of: "s.svg")
    #expect(figure.contains("γ = 0.1"))
    #expect(!figure.contains("seed"))
  }

  @Test func badPlotsAreRefused() async throws {
    let folder = try folder()
    try folder.put("a,b\r\n1,2\r\n", in: "x.csv")
    let cases: [([String], Int32)] = [
      (["plot", "x.csv", "-o", "x.svg"], 65), (["plot", "none.csv", "-o", "x.svg"], 66),
      (["plot", "x.csv", "-o", "x.gif"], 64), (["plot", "x.csv"], 64),
      (["plot", "x.csv", "-o", "none/x.svg"], 73),
    ]
    for (arguments, status) in cases {
      let result = try await DynProcess.run(arguments, in: folder)
      #expect(result.status == status, "\(arguments): \(result.error)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/x.svg"))
  }
}
