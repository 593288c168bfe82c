import Foundation
import Testing

/// Outputs that cannot be written are refused before any work.
@Suite struct OutputErrorTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    try folder.put(SmallScenario.text(SmallScenario.threeTimes), in: "s.json")
    try folder.put(SmallScenario.text(SmallScenario.threeTimes), in: "t.json")
    try folder.makeFolder("sub")
  }

  @Test(arguments: [
    ("sub", "folder"), ("sub/", "folder"), ("no/x.csv", "\"no\" does not exist"),
    ("s.json/x.csv", "not a folder"), ("", "empty"),
  ]) func refusesPaths(path: String, fragment: String) async throws {
    for option in ["-o", "--states"] {
      try await expectRefusal(
        ["simulate", "s.json", option, path], status: 73, ["\"\(path)\"", fragment], in: folder)
    }
  }

  // The superuser may write everywhere.
  @Test(.enabled(if: geteuid() != 0)) func refusesAWriteProtectedFolder() async throws {
    let manager = FileManager.default
    try manager.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path("sub"))
    try await expectRefusal(
      ["simulate", "s.json", "-o", "sub/x.csv"], status: 73, ["sub"], in: folder)
    try manager.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path("sub"))
  }

  @Test func refusesAFolderThatIsNotThereForSeveralScenarios() async throws {
    try await expectRefusal(
      ["simulate", "s.json", "t.json", "-o", "gone"], status: 73, ["\"gone\""], in: folder)
  }

  @Test func refusesAFileInPlaceOfAFolderForSeveralScenarios() async throws {
    try folder.put("text", in: "file")
    try await expectRefusal(
      ["simulate", "s.json", "t.json", "-o", "file"], status: 73, ["file"], in: folder)
    #expect(try folder.text(of: "file") == "text")
  }

  /// The folder goes away while the run is under way.
  @Test func reportsAFolderThatVanishes() async throws {
    let keys =
      #""time": {"end": 1, "outputs": 20000}, "observables": ["loss"], "solvers": [{"kind": "gradient_descent", "step": 1e-6}]"#
    try folder.put(SmallScenario.text(keys), in: "long.json")
    // The shell waits for its time even where the threads of the tests are all taken.
    let command = "dyn simulate long.json -o sub/x.csv & sleep 0.3; rm -r sub; wait $!"
    let result = try await DynProcess.shell(command, in: folder)
    #expect(result.status == 73)
    #expect(result.errorLines.count == 1, "\(result.error)")
    #expect(result.error.contains("sub/x.csv"))
    #expect(try folder.names() == ["long.json", "s.json", "t.json"])
  }

  // Only Linux has the device.
  @Test(
    .enabled(if: access("/dev/full", W_OK) == 0),
    arguments: [
      "simulate s.json -o -", "schema", "validate s.json",
    ]) func reportsAFullStandardOutput(arguments: String) async throws
  {
    let result = try await DynProcess.shell("dyn \(arguments) > /dev/full", in: folder)
    #expect(result.status == 73)
    #expect(result.error.contains("No space left"), "\(result.error)")
  }

  /// Neither fault hides the other, in whichever order.
  @Test(
    .enabled(if: access("/dev/full", W_OK) == 0),
    arguments: ["validate s.json bad.json", "validate bad.json s.json", "verify sweep.json"])
  func reportsAFullStandardOutputBesideOtherFaults(arguments: String) async throws {
    try folder.put("{", in: "bad.json")
    try folder.put(
      SmallScenario.text(
        SmallScenario.threeTimes,
        "\"initial_state\": {\"prototypes\": {\"kind\": \"simplex_etf\"}}",
        "\"sweep\": {\"model.feature_dimension\": [4, 1]}"), in: "sweep.json")
    let result = try await DynProcess.shell("dyn \(arguments) > /dev/full", in: folder)
    #expect(result.status == 73)
    #expect(result.error.contains("No space left"), "\(result.error)")
    #expect(
      result.error.contains("bad.json:1:") || result.error.contains("[model.feature_dimension=1]"),
      "\(result.error)")
  }

  @Test func reportsAClosedStandardOutput() async throws {
    let result = try await DynProcess.shell("dyn simulate s.json -o - --quiet >&-", in: folder)
    #expect(result.status == 73)
    #expect(result.errorLines.count == 1, "\(result.error)")
  }

  /// As every program in a pipe: no error message and no crash when the reader has enough.
  @Test func endsQuietlyWhenTheReaderCloses() async throws {
    let command = "dyn simulate s.json -o - --quiet --set 'time={\"outputs\":3000}' | head -n 1"
    let result = try await DynProcess.shell(command, in: folder)
    #expect(result.output.hasPrefix("solver,time,"))
    #expect(!result.error.contains("Fatal"), "\(result.error)")
  }

  /// A scenario is an input: no output may take its place.
  @Test func refusesToOverwriteItsScenario() async throws {
    let text = try folder.text(of: "s.json")
    let result = try await DynProcess.run(["simulate", "s.json", "-o", "s.json"], in: folder)
    #expect(result.status != 0)
    #expect(try folder.text(of: "s.json") == text)
  }
}
