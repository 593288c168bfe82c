import DynIO
import NumpyFiles
import Testing

@testable import DynCommands
@testable import Dynamics

/// Exit statuses of runs of which a part fails: they do not depend on where it stands.
@Suite struct MixedRunTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  /// Features of a missing file (66) or of another shape (65), in both orders, with a member that is
  /// valid before, between or after them.
  private static let orders = [
    ["none.npz", "odd.npz"], ["odd.npz", "none.npz"], ["none.npz", "odd.npz", "good.npz"],
    ["good.npz", "none.npz", "odd.npz"], ["odd.npz", "good.npz", "none.npz"],
  ]

  private func putMembers(_ files: [String]) throws {
    for (file, columns) in [("good.npz", 6), ("odd.npz", 9)] {
      let entries = (0..<4 * columns).map { Double($0 % 7) - 2 }
      try folder.put([("H", NumpyArray(shape: [4, columns], reals: entries))], in: file)
    }
    let list = files.map { "\"\($0)\"" }.joined(separator: ", ")
    try folder.put(
      SmallScenario.text(
        #""initial_state": {"features": {"kind": "file", "path": "good.npz", "array": "H"}}"#,
        SmallScenario.threeTimes, "\"sweep\": {\"initial_state.features.path\": [\(list)]}"),
      in: "s.json")
  }

  /// What is not valid outweighs what is missing, and every member that has a fault is named.
  @Test(arguments: orders) func everyMemberIsValidated(files: [String]) async throws {
    try putMembers(files)
    let result = try await DynProcess.run(["validate", "s.json"], in: folder)
    #expect(result.status == 65, "\(result.error)")
    let faulty = files.filter { $0 != "good.npz" }
    #expect(result.errorLines.count == faulty.count, "\(result.error)")
    for (line, file) in zip(result.errorLines, faulty) {
      #expect(line.hasSuffix("[initial_state.features.path=\(file)]"), "\(line)")
    }
    #expect(result.output.isEmpty)
  }

  /// Where there is nothing else the status is that of the missing file.
  @Test func onlyMissingFiles() async throws {
    try putMembers(["good.npz", "none.npz", "gone.npz"])
    let result = try await DynProcess.run(["validate", "s.json"], in: folder)
    #expect(result.status == 66, "\(result.error)")
    #expect(result.errorLines.count == 2)
  }

  /// Every file that cannot be loaded is named, whatever the order, before anything is run.
  @Test(
    arguments: [
      ["none.json", "bad.json", "good.json"], ["bad.json", "good.json", "none.json"],
      ["good.json", "none.json", "bad.json"],
    ], ["simulate", "verify", "validate"])
  func everyFileIsLoaded(files: [String], command: String) async throws {
    try folder.put(SmallScenario.text(SmallScenario.threeTimes), in: "good.json")
    try folder.put("{\"model\": 3}", in: "bad.json")
    let result = try await DynProcess.run([command] + files, in: folder)
    #expect(result.status == 65, "\(result.error)")
    for name in ["none.json", "bad.json"] { #expect(result.error.contains(name)) }
    #expect(throws: (any Error).self) { try folder.text(of: "good.csv") }
    let usage = try await DynProcess.run([command] + files + ["--set", "nothing"], in: folder)
    #expect(usage.status == 64 && usage.errorLines.count == 1, "\(usage.error)")
  }

  /// What can be run is run; that a valid scenario has members that cannot is a failure of the run.
  @Test(arguments: orders, ["simulate", "verify"]) func membersAreRunBesideOthers(
    files: [String], command: String
  ) async throws {
    try putMembers(files)
    let output = command == "simulate" ? quietly : []
    let result = try await DynProcess.run([command, "s.json"] + output, in: folder)
    #expect(result.status == (files.contains("good.npz") ? 1 : 65), "\(result.error)")
    #expect(result.errorLines.count == 2, "\(result.error)")
    guard files.contains("good.npz") else { return }
    if command == "verify" {
      #expect(result.output.contains("[initial_state.features.path=good.npz]"))
    } else {
      #expect(try CSVTable(try folder.text(of: "out.csv")).rows.count == 3)
    }
  }

  /// Of reports one check that fails makes a failure without words, wherever it stands.
  @Test(arguments: 0...2) func aCheckThatFailsIsAFailure(place: Int) throws {
    let good: [CheckResult] = [
      .atMost(1, 0.5, check: "a", solver: "s"),
      .notApplicable("it says nothing", check: "b", solver: "s"),
    ]
    var results = [good, good, good]
    #expect(CommandFailure(VerificationReport(results.map { ("x", $0) })) == nil)
    results[place].append(.atMost(1, .nan, check: "c", solver: "s"))
    let report = VerificationReport(results.map { ("x", $0) })
    let failure = try #require(CommandFailure(report))
    #expect(failure.status == .failed && failure.lines.isEmpty)
    let total = try #require(report.lines.last)
    #expect(total.contains("3 pass, 1 fail, 3 not applicable"), "\(total)")
    // What a refused member says stays, and the status of both.
    let refusal = try #require(CommandFailure(refusing: ["y: no"]))
    let both = try #require(CommandFailure([refusal, failure]))
    #expect(both.lines == ["y: no"] && both.status == .failed)
  }

  @Test(arguments: [["odd.json", "none.json"], ["none.json", "odd.json"]])
  func everyFileIsValidated(names: [String]) async throws {
    try folder.put(SmallScenario.text(#""odd": 1"#), in: "odd.json")
    try folder.put(SmallScenario.text(), in: "good.json")
    for files in [names, ["good.json"] + names, names + ["good.json"]] {
      let result = try await DynProcess.run(["validate"] + files, in: folder)
      #expect(result.status == 65, "\(result.error)")
      #expect(result.errorLines.count == 2, "\(result.error)")
      #expect(result.output == (files.count == 3 ? "good.json: valid\n" : ""))
    }
  }
}
