import Foundation
import NumpyFiles
import Testing

/// `--states`.
@Suite struct StatesTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    try folder.put(
      #"""
      {"model": {"classes": 3, "feature_dimension": 4, "bias": true,
         "labels": {"kind": "values", "values": [2, 0, 1, 0, 2, 2]}},
       "time": {"at": [0, 0.5]},
       "solvers": [{"kind": "closed_form"}, {"kind": "gradient_descent", "name": "gd", "step": 0.5}]}
      """#, in: "s.json")
  }

  private func run(_ arguments: String...) async throws {
    try await expectSuccess(
      ["simulate", "s.json", "--states", "f.npz"] + quietly + arguments, in: folder)
  }

  @Test func hasTheArraysOfTheContract() async throws {
    try await run()
    let names = try NumpyFiles.arrayNames(at: folder.path("f.npz"))
    let expected = ["closed_form", "gd"].flatMap { ["\($0)_H", "\($0)_W", "\($0)_b"] }
    #expect(Set(expected + ["y", "time", "scenario"]).isSubset(of: names))
    #expect(try folder.array("closed_form_H", of: "f.npz").shape == [4, 6])
    #expect(try folder.array("closed_form_W", of: "f.npz").shape == [4, 3])
    #expect(try folder.array("gd_b", of: "f.npz").shape == [3])
    #expect(
      try folder.array("y", of: "f.npz") == NumpyArray(shape: [6], integers: [2, 0, 1, 0, 2, 2]))
    #expect(try folder.array("time", of: "f.npz").reals == [0.5])
    #expect(try folder.array("closed_form_time", of: "f.npz").reals == [0.5])
  }

  @Test func hasNoBiasWithoutOne() async throws {
    try await run("--set", "model.bias=false")
    #expect(try !NumpyFiles.arrayNames(at: folder.path("f.npz")).contains("closed_form_b"))
  }

  /// A run that stops early keeps the state that it stopped at.
  @Test func keepsTheStateThatMetTheCondition() async throws {
    try await run("--set", "time.at=[0,1]")
    let state = try folder.array("closed_form_H", of: "f.npz")
    let losses = try CSVTable(try folder.text(of: "out.csv")).column("loss", of: "closed_form")
    let between = (losses[0] + losses[1]) / 2
    try await run(
      "--set", "time.at=[0,1,2,3]", "--set",
      "stop_when={\"observable\":\"loss\",\"below\":\(between)}")
    #expect(try folder.array("closed_form_time", of: "f.npz").reals == [1])
    #expect(try folder.array("closed_form_H", of: "f.npz") == state)
  }

  /// At time 0 the columns of H are those that were given, in their order.
  @Test func keepsTheUsersOrderOfColumns() async throws {
    let rows = (0..<4).map { row in (0..<6).map { Double(10 * row + $0) } }
    try await run(
      "--set", "time.at=[0]", "--set",
      "initial_state={\"features\":{\"kind\":\"values\",\"values\":\(rows)}}")
    for solver in ["closed_form", "gd"] {
      let array = try folder.array("\(solver)_H", of: "f.npz")
      let numbers = try #require(array.reals)
      for (number, given) in zip(numbers, rows.joined()) { #expect(abs(number - given) < 1e-12) }
    }
  }

  @Test func theScenarioInsideRunsAgain() async throws {
    try await run("--set", "time.at=[0,0.25]")
    guard case .text(let text) = try folder.array("scenario", of: "f.npz").elements else {
      Issue.record("the scenario is no text")
      return
    }
    let first = try folder.data(of: "out.csv")
    try folder.put(text, in: "again.json")
    try await expectSuccess(["simulate", "again.json"] + quietly, in: folder)
    #expect(try folder.data(of: "out.csv") == first)
  }

  /// Needs a Python with NumPy on the path; without one this is reported as skipped.
  @Test(.enabled(if: PythonTool.withNumpy != nil, "needs python3 with numpy"))
  func numpyReadsIt() async throws {
    try await run()
    let script = """
      import numpy as np
      f = np.load("f.npz")
      for name in ("closed_form_H", "closed_form_W", "closed_form_b", "gd_H", "y", "time"):
          a = f[name]
          print(name, a.dtype, a.shape, a.flags["C_CONTIGUOUS"])
      print(str(f["scenario"])[0], f["scenario"].dtype.kind, f["scenario"].shape)
      print(np.isfinite(f["closed_form_H"]).all())
      """
    let python = try #require(PythonTool.withNumpy)
    let result = try await DynProcess.run(python, ["-c", script], in: folder)
    #expect(result.error.isEmpty)
    #expect(
      result.output.split(separator: "\n") == [
        "closed_form_H float64 (4, 6) True", "closed_form_W float64 (4, 3) True",
        "closed_form_b float64 (3,) True", "gd_H float64 (4, 6) True", "y int64 (6,) True",
        "time float64 () True", "{ U ()", "True",
      ])
  }
}
