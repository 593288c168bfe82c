import Foundation
import NumpyFiles
import Testing

@Suite struct SimulateOptionTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    try folder.put(
      SmallScenario.text(SmallScenario.threeTimes, SmallScenario.allSolvers), in: "s.json")
  }

  @Test func namesTheFileAfterTheScenario() async throws {
    try await expectSuccess(["simulate", "s.json"], in: folder)
    try await expectSuccess(["simulate", "s.json", "--set", "name=\"other one\""], in: folder)
    try await expectSuccess(["simulate", "s.json", "--set", "name=\"a/b\""], in: folder)
    #expect(try folder.names() == ["a-b.csv", "other one.csv", "s.csv", "s.json"])
  }

  @Test(arguments: [#""""#, #""a\nb""#, #""a\u0000b""#])
  func refusesNamesThatNoFileShouldHave(name: String) async throws {
    let result = try await DynProcess.run(
      ["simulate", "s.json", "--set", "name=\(name)"], in: folder)
    #expect([64, 65].contains(result.status))
    #expect(result.errorLines.count == 1, "\(result.error)")
    #expect(try folder.names() == ["s.json"])
  }

  @Test func namesTheFileAfterThePathWithoutFolder() async throws {
    try folder.makeFolder("sub")
    try folder.put(SmallScenario.text(SmallScenario.threeTimes), in: "sub/deep.v2.json")
    try await expectSuccess(["simulate", "sub/deep.v2.json"], in: folder)
    #expect(try folder.names() == ["deep.v2.csv", "s.json", "sub"])
  }

  @Test func printsASummaryOnStandardOutput() async throws {
    let result = try await expectSuccess(["simulate", "s.json"], in: folder)
    for fragment in [
      "s: unconstrained", "C = 3", "p = 4", "n = 6", "closed_form", "ode", "gradient_descent",
      "memory", "s.csv", "loss", "relative_error", "within 1e-6",
    ] { #expect(result.output.contains(fragment), "\(result.output) lacks \(fragment)") }
  }

  @Test func aDashMeansStandardOutput() async throws {
    let result = try await DynProcess.run(["simulate", "s.json", "-o", "-"], in: folder)
    #expect(result.status == 0)
    #expect(try CSVTable(result.output).rows.count == 9)
    #expect(result.error.contains("s: unconstrained"))
    #expect(try folder.names() == ["s.json"])
    let other = try await expectSuccess(["simulate", "s.json", "--quiet", "-o", "-"], in: folder)
    #expect(other.output == result.output)
  }

  /// There is no file called `-`, and an archive on a terminal would be of no use.
  @Test func aDashIsNoFileForStates() async throws {
    let result = try await DynProcess.run(
      ["simulate", "s.json", "--states", "-"] + quietly, in: folder)
    #expect(try folder.names().contains("-") == false)
    #expect(result.status != 0 || result.output.hasPrefix("PK"))
  }

  @Test func quietPrintsNothing() async throws {
    let result = try await expectSuccess(["simulate", "s.json", "--quiet"], in: folder)
    #expect(result.output.isEmpty)
    #expect(try folder.names() == ["s.csv", "s.json"])
  }

  @Test func replacesAnOlderFile() async throws {
    try folder.put("old", in: "out.csv")
    try await expectSuccess(["simulate", "s.json"] + quietly, in: folder)
    #expect(try CSVTable(try folder.text(of: "out.csv")).rows.count == 9)
    #expect(try folder.names() == ["out.csv", "s.json"])
  }

  @Test func severalScenariosGoIntoAFolder() async throws {
    try folder.put(SmallScenario.text(SmallScenario.threeTimes), in: "t.json")
    try folder.makeFolder("out")
    try await expectSuccess(
      ["simulate", "s.json", "t.json", "-o", "out", "--states", "out", "--quiet"], in: folder)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).sorted()
    #expect(names == ["s.csv", "s.npz", "t.csv", "t.npz"])
  }

  @Test(arguments: [
    ("time.at=[0,2]", "time", 2.0),
    ("learning_rate.prototypes={\"kind\":\"constant\",\"value\":3}", "zeta_w", 3),
    ("learning_rate={\"features\":{\"kind\":\"proportional\",\"ratio\":7}}", "zeta_h", 7),
    ("time={\"end\":4}", "time", 4),
  ]) func setChangesTheResult(replacement: String, column: String, last: Double) async throws {
    try await expectSuccess(
      ["simulate", "s.json", "--set", replacement, "--solver", "closed_form"] + quietly, in: folder)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    #expect(try table.column(column, of: "closed_form").last == last)
  }

  @Test func laterReplacementsWin() async throws {
    try await expectSuccess(
      ["simulate", "s.json", "--set", "time.at=[0]", "--set", "time.at=[0,9]"] + quietly, in: folder
    )
    let table = try CSVTable(try folder.text(of: "out.csv"))
    #expect(try table.column("time", of: "closed_form") == [0, 9])
  }

  @Test func solverSelects() async throws {
    try await expectSuccess(["simulate", "s.json", "--solver", "ode"] + quietly, in: folder)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    #expect(table.solvers == ["ode"])
    let error = try #require(try table.column("relative_error", of: "ode").last)
    #expect(error > 0 && error < 1e-8, "against the closed form, although it is not run")
  }

  @Test func theClosedFormIsCalledReducedWithoutProportionalRates() async throws {
    let path = CommandFolder.scenarios.appendingPathComponent("warmup.json").path
    let short = ["--set", "time.end=4", "--set", "time.outputs=3"]
    for name in ["closed_form", "reduced"] {
      try await expectSuccess(
        ["simulate", path, "--solver", name, "--states", "f.npz"] + short + quietly, in: folder)
      #expect(try CSVTable(try folder.text(of: "out.csv")).solvers == ["reduced"])
      #expect(try folder.array("reduced_W", of: "f.npz").shape == [64, 10])
    }
    let result = try await DynProcess.run(
      ["simulate", path, "--solver", "closed_form", "-o", "out.csv"] + short, in: folder)
    #expect(result.output.contains("no closed form"))
  }
}
