import Foundation
import Testing

/// The scenarios of the repository.
@Suite struct ShippedScenarioTests {
  static let names: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: CommandFolder.scenarios.path)
    return (names ?? []).filter { $0.hasSuffix(".json") }.sorted()
  }()

  // Unoptimised code takes long for the whole time spans.
  #if DEBUG
    private static let span = ["--set", "time.end=10", "--set", "time.outputs=4"]
  #else
    private static let span: [String] = []
  #endif

  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private func path(_ name: String) -> String {
    CommandFolder.scenarios.appendingPathComponent(name).path
  }

  @Test func thereAreSome() { #expect(Self.names.count >= 14) }

  @Test func allAreValid() async throws {
    let result = try await expectSuccess(["validate"] + Self.names.map(path), in: folder)
    #expect(
      result.output.split(separator: "\n").map(String.init)
        == Self.names.map { "\(path($0)): valid" })
  }

  @Test(arguments: names) func twoRunsGiveTheSameBytes(name: String) async throws {
    for run in ["1", "2"] {
      try await expectSuccess(
        ["simulate", path(name), "--quiet", "-o", run + ".csv", "--states", run + ".npz"]
          + Self.span, in: folder)
    }
    #expect(try folder.data(of: "1.csv") == folder.data(of: "2.csv"))
    #expect(try folder.data(of: "1.npz") == folder.data(of: "2.npz"))
    let table = try CSVTable(try folder.text(of: "1.csv"))
    #expect(table.solvers.count >= 3)
    #expect(try table.column("loss", of: "ode").allSatisfy { $0.isFinite })
  }

  @Test func theSeedDecidesTheState() async throws {
    let options = ["--quiet", "--solver", "closed_form", "--set", "time.at=[0]"]
    try folder.put(SmallScenario.text(), in: "s.json")
    for seed in ["1", "2"] {
      try await expectSuccess(
        ["simulate", "s.json", "-o", seed, "--set", "initial_state.seed=\(seed)"] + options,
        in: folder)
    }
    #expect(try folder.data(of: "1") != folder.data(of: "2"))
  }
}
