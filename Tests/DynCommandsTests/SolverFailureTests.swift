import NumpyFiles
import Testing

/// Solvers that outgrow a double part-way.
@Suite struct SolverFailureTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    try folder.put(
      SmallScenario.text(
        #""time": {"end": 5000, "outputs": 51}"#, #""observables": ["norm_z", "log_norm_z"]"#,
        #"""
        "solvers": [{"kind": "ode"}, {"kind": "closed_form"}, {"kind": "gradient_descent"},
          {"kind": "gradient_descent", "name": "exact", "form": "exact"}]
        """#), in: "growing.json")
  }

  @Test func keepsTheRowsBeforeTheFailure() async throws {
    let result = try await DynProcess.run(["simulate", "growing.json"] + quietly, in: folder)
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    #expect(table.solvers == ["ode", "closed_form", "gradient_descent", "exact"])
    for solver in ["closed_form", "exact"] {
      #expect(try table.column("time", of: solver).count == 51)
      #expect(try table.column("log_norm_z", of: solver).allSatisfy { $0.isFinite })
      #expect(try table.column("norm_z", of: solver).last == .infinity)
    }
    for solver in ["ode", "gradient_descent"] {
      let logarithms = try table.column("log_norm_z", of: solver)
      #expect((15...25).contains(logarithms.count))
      #expect(logarithms.allSatisfy { $0.isFinite })
    }
  }

  @Test func namesSolverTimeStepAndCause() async throws {
    let result = try await DynProcess.run(["simulate", "growing.json"] + quietly, in: folder)
    #expect(result.errorLines.count == 2, "\(result.error)")
    for (line, solver) in zip(result.errorLines, ["ode", "gradient_descent"]) {
      #expect(line.hasPrefix("growing.json: \(solver): "))
      for fragment in ["t = ", "step ", "outgrows a double", "end earlier"] {
        #expect(line.contains(fragment), "\(line) lacks \(fragment)")
      }
    }
  }

  /// Squared error has neither closed form nor exact descent.
  @Test func remediesAreThoseThatTheLossAllows() async throws {
    let result = try await DynProcess.run(
      [
        "simulate", "growing.json", "--set", "model.loss={\"kind\":\"mse\"}", "--set",
        "solvers=[{\"kind\":\"gradient_descent\",\"step\":100}]",
      ] + quietly, in: folder)
    #expect(result.status == 1)
    #expect(result.error.contains("outgrows a double"), "\(result.error)")
    #expect(!result.error.contains("exact") && !result.error.contains("closed"))
    let unhinged = try await DynProcess.run(["simulate", "growing.json"] + quietly, in: folder)
    #expect(unhinged.error.contains("use closed_form"))
    #expect(unhinged.error.contains("\"form\": \"exact\""))
  }

  @Test func theSummaryShowsWhatThereIs() async throws {
    let result = try await DynProcess.run(["simulate", "growing.json"], in: folder)
    #expect(result.status == 1)
    #expect(result.output.contains("closed_form"))
    #expect(try folder.names() == ["growing.csv", "growing.json"])
  }

  /// A failure of one scenario does not stop the next one.
  @Test func theOtherScenariosRun() async throws {
    try folder.put(SmallScenario.text(SmallScenario.threeTimes), in: "s.json")
    try folder.makeFolder("out")
    let result = try await DynProcess.run(
      ["simulate", "growing.json", "s.json", "-o", "out", "--quiet"], in: folder)
    #expect(result.status == 1)
    #expect(result.errorLines.count == 2)
    #expect(try CSVTable(try folder.text(of: "out/s.csv")).rows.count == 3)
  }

  @Test func statesOfAFailedSolverAreThoseOfItsLastRow() async throws {
    let result = try await DynProcess.run(
      ["simulate", "growing.json", "--states", "f.npz"] + quietly, in: folder)
    #expect(result.status == 1)
    let time = try #require(try folder.array("ode_time", of: "f.npz").reals?.first)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    let times = try table.column("time", of: "ode")
    #expect(times.last == time)
    let state = try folder.array("ode_H", of: "f.npz")
    // A run that ends there has that state.
    try await expectSuccess(
      ["simulate", "growing.json", "--states", "f.npz", "--solver", "ode"] + quietly
        + ["--set", "time={\"at\":\(times)}"], in: folder)
    #expect(try folder.array("ode_H", of: "f.npz") == state)
  }

  @Test func reportsASteplengthThatNeedsTooManySteps() async throws {
    let result = try await DynProcess.run(
      [
        "simulate", "growing.json", "--set",
        "solvers=[{\"kind\":\"ode\",\"method\":\"rk4\",\"step\":1e-9}]",
      ]
        + quietly, in: folder)
    #expect(result.status == 1)
    #expect(result.errorLines.count == 1)
    #expect(result.error.hasPrefix("growing.json: ode: rk4"), "\(result.error)")
  }
}
