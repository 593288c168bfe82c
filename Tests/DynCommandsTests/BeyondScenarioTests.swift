import Foundation
import Testing

/// The scenarios of `Scenarios/beyond`.
@Suite struct BeyondScenarioTests {
  static let folderPath = CommandFolder.scenarios.appendingPathComponent("beyond").path
  static let names: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folderPath)
    return (names ?? []).filter { $0.hasSuffix(".json") }.sorted()
  }()

  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  @Test func allAreValid() async throws {
    try #require(!Self.names.isEmpty)
    try await expectSuccess(
      ["validate"] + Self.names.map { Self.folderPath + "/" + $0 }, in: folder)
  }

  @Test(arguments: names) func twoRunsGiveTheSameBytes(name: String) async throws {
    for run in ["1", "2"] {
      try await expectSuccess(
        ["simulate", Self.folderPath + "/" + name, "--quiet", "-o", run + ".csv"], in: folder)
    }
    #expect(try folder.data(of: "1.csv") == folder.data(of: "2.csv"))
  }
}
