import Foundation
import Testing

@Suite struct UsageTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    try folder.put(SmallScenario.text(SmallScenario.threeTimes), in: "s.json")
  }

  @Test(arguments: [
    (["--solver", "closedform"], ["s.json", "\"closedform\"", "did you mean \"closed_form\"?"]),
    (["--solver", "zzz"], ["s.json", "\"zzz\"", "closed_form"]),
    (["--set", "time.end"], ["--set time.end", "KEY=JSON"]),
    (["--set", "=1"], ["--set", "model.loss.gamma"]),
    (["--set", "a..b=1"], ["a..b"]),
    (["--set", "model.classes={"], ["--set model.classes={", "not JSON"]),
    (["--set", "model.loss.gamma=NaN"], ["--set model.loss.gamma=NaN", "must be finite"]),
    (["--set", "sweep[\"a.b\"=[1]"], ["sweep[", "sweep[\"model.loss.gamma\"]"]),
    (["--set", "model.classes=1 2"], ["--set model.classes=1 2", "not JSON"]),
    (["--set", "model.classes="], ["--set model.classes=", "not JSON"]),
  ]) func refusesBadOptionValues(options: [String], fragments: [String]) async throws {
    try await expectRefusal(
      ["simulate", "s.json"] + quietly + options, status: 64, fragments, in: folder)
  }

  @Test(arguments: [
    (["simulate", "s.json", "--solvr", "x"], "--solvr"),
    (["simulate", "s.json", "--quiet=1"], "--quiet"), (["simulate"], "<scenarios>"),
    (["validate"], "<scenarios>"), (["simulate", "s.json", "-o"], "--output"),
    (["simulat", "s.json"], "simulat"), (["schema", "s.json"], "s.json"),
    (["simulate", "s.json", "--set"], "--set"),
  ]) func refusesBadCommandLines(arguments: [String], fragment: String) async throws {
    let result = try await DynProcess.run(arguments, in: folder)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.error.contains(fragment), "\(result.error)")
    #expect(result.error.contains("Usage: dyn"))
    #expect(try folder.names() == ["s.json"])
  }

  @Test func showsHelpWithoutArguments() async throws {
    let result = try await DynProcess.run([], in: folder)
    #expect([0, 64].contains(result.status))
    #expect((result.output + result.error).contains("USAGE: dyn"))
  }

  @Test func refusesTwoScenariosOfOneName() async throws {
    try folder.makeFolder("results")
    try await expectRefusal(
      ["simulate", "s.json", "s.json", "-o", "results"], status: 64, ["results/s.csv"],
      in: folder)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("results")).isEmpty)
  }

  @Test(arguments: [
    ("model.classes[3]=1", "model.classes[3]"), ("solvers[1]=1", "solvers"),
    ("model.clases=3", "did you mean \"classes\"?"), ("model.classes=1", "model.classes"),
  ]) func reportsReplacementsThatDoNotFit(replacement: String, fragment: String) async throws {
    try await expectRefusal(
      ["simulate", "s.json", "--set", replacement], status: 65, ["s.json: ", fragment],
      in: folder)
  }

  /// The example of `simulate --help`, on a scenario that leaves the loss to its default.
  @Test func setsGammaWhereTheLossIsLeftOut() async throws {
    let result = try await DynProcess.run(
      ["simulate", "s.json", "--set", "model.loss.gamma=0.1"] + quietly, in: folder)
    #expect(result.status == 0, "\(result.error)")
  }

  /// Messages name swept keys like this, and so they can be given.
  @Test func setsAKeyOfTheSweep() async throws {
    let result = try await DynProcess.run(
      ["simulate", "s.json", "--set", #"sweep["model.loss.gamma"]=[0.1, 0.2]"#] + quietly,
      in: folder)
    #expect(result.status == 0, "\(result.error)")
    let table = try CSVTable(try folder.text(of: "out.csv"))
    #expect(table.rows.count == 6)
  }

  @Test func namingASolverTwiceRunsItOnce() async throws {
    let solver = ["--solver", "closed_form"]
    try await expectSuccess(
      ["simulate", "s.json", "--states", "f.npz"] + quietly + solver + solver, in: folder)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    #expect(table.rows.count == 3)
  }
}
