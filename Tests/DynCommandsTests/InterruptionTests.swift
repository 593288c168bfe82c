import Foundation
import NumpyFiles
import Testing

/// Ctrl-C. One run at a time: each takes a whole core until it is interrupted.
@Suite(.serialized) struct InterruptionTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    try folder.put(
      SmallScenario.text(#""time": {"end": 1, "outputs": 1000000}"#, SmallScenario.allSolvers),
      in: "long.json")
    let model = #"{"classes": 2, "samples_per_class": 1000, "feature_dimension": 1000}"#
    try folder.put(
      SmallScenario.text(model: model, #""time": {"at": [0]}"#, #""observables": ["norm_z"]"#),
      in: "large.json")
  }

  private func start(_ arguments: String...) throws -> RunningProcess {
    try RunningProcess(try #require(DynProcess.path), arguments, in: folder)
  }

  @Test(arguments: [0, 3, 10, 20, 30, 50, 100, 200, 400])
  func leavesNothing(milliseconds: Int) async throws {
    let run = try start("simulate", "long.json", "-o", "out.csv", "--states", "f.npz")
    run.interrupt(afterMilliseconds: milliseconds)
    let result = try await run.result()
    #expect(result.status == 130)
    #expect(result.output.isEmpty)
    #expect(try folder.names() == ["large.json", "long.json"])
  }

  /// While a file is written: it is there whole or not at all.
  @Test(arguments: 0..<4) func leavesWholeFilesOrNone(attempt: Int) async throws {
    let run = try start("simulate", "large.json", "--quiet", "-o", "out.csv", "--states", "f.npz")
    while run.isRunning, try !folder.names().contains(where: Self.isStatesBegun) {
      try await Task.sleep(for: .microseconds(200))
    }
    run.interrupt()
    let result = try await run.result()
    #expect([0, 130].contains(result.status))
    let names = Set(try folder.names())
    #expect(names.isSubset(of: ["f.npz", "large.json", "long.json", "out.csv"]))
    if names.contains("f.npz") {
      #expect(try folder.array("closed_form_H", of: "f.npz").shape == [1000, 2000])
    }
  }

  private static func isStatesBegun(_ name: String) -> Bool {
    name.hasSuffix(".tmp") || name == "out.csv"
  }

  /// An older file stays as it was.
  @Test func keepsAnOlderFile() async throws {
    try folder.put("old", in: "out.csv")
    let run = try start("simulate", "long.json", "-o", "out.csv")
    run.interrupt(afterMilliseconds: 200)
    #expect(try await run.result().status == 130)
    #expect(try folder.text(of: "out.csv") == "old")
  }
}
