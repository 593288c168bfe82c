import DynIO
import Foundation
import Testing

/// Standard output, however it is spelt, and what does not go there.
@Suite struct StandardOutputTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    try folder.put(
      SmallScenario.text(SmallScenario.threeTimes, SmallScenario.allSolvers), in: "s.json")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: "/dev/stdout")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.svg"), withDestinationPath: "/dev/stdout")
  }

  private static let spellings = ["-", "/dev/stdout", "/dev/fd/1", "link"]

  /// The summary makes way for the table.
  @Test(arguments: spellings) func theTableIsAlone(path: String) async throws {
    let result = try await DynProcess.run(["simulate", "s.json", "-o", path], in: folder)
    #expect(result.status == 0, "\(result.error)")
    #expect(try CSVTable(result.output).rows.count == 9)
    #expect(result.error.contains("s: unconstrained") && !result.error.contains("wrote"))
  }

  @Test(arguments: spellings + ["link.svg"]) func archivesAndFiguresAreRefused(
    path: String
  ) async throws {
    for options in [["--states", path], ["--plot", path]] {
      for command in ["simulate", "geometry"] where path == "link.svg" || options[0] == "--states" {
        try await expectRefusal(
          [command, "s.json", "-o", "o.csv"] + options, status: 64,
          ["do not go to standard output"], in: folder)
      }
    }
  }

  /// Before any work.
  @Test(arguments: spellings) func aClosedOneIsRefused(path: String) async throws {
    let result = try await DynProcess.shell(
      "dyn simulate s.json --quiet -o '\(path)' >&-", in: folder)
    #expect(result.status == 73)
    #expect(result.error.contains("choose another") || result.error.contains("does not exist"))
  }

  /// No news where standard output is the pipe, but where a named one is.
  @Test func aReaderThatLeavesANamedPipeIsReported() async throws {
    let result = try await DynProcess.shell(
      "mkfifo p.csv; head -c 5 < p.csv > head & dyn simulate s.json --quiet -o p.csv "
        + "--solver closed_form --set 'observables=[\"norm_h\"]' "
        + "--set 'time={\"outputs\":100000}'", in: folder)
    #expect(result.status == 73)
    #expect(result.error.contains("\"p.csv\": Broken pipe"), "\(result.error)")
  }
}
