import DynIO
import Dynamics
import Foundation
import TestSupport
import Testing

/// The commands of the documentation.
@Suite struct DocumentationTests {
  static let files = [
    "README.md", "Scenarios/README.md", "Scenarios/imbalance/README.md",
    "Sources/Dynamics/Dynamics.docc/Tasks.md",
  ]

  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    try FileManager.default.copyItem(
      at: CommandFolder.scenarios, to: URL(fileURLWithPath: folder.path("Scenarios")))
    #if DEBUG
      try shorten()
    #endif
  }

  /// Unoptimised code takes long for the whole time spans.
  private func shorten() throws {
    for name in ShippedScenarioTests.names {
      let path = "Scenarios/" + name
      let tree = try JSONParser.parse(try folder.text(of: path))
      let end = try Fields(tree).fields("time").number("end")
      let short = try ScenarioOverride(path: "time.end", value: .number(end / 100)).applied(
        to: tree)
      let few = try ScenarioOverride(path: "time.outputs", value: .number(5)).applied(to: short)
      try folder.put(JSONWriter.text(few, indented: true), in: path)
    }
  }

  /// The lines that begin with `dyn ` inside ```sh fences.
  static func commands(of file: String) throws -> [String] {
    let url = ReferenceFile.repository.appendingPathComponent(file)
    var commands: [String] = []
    var isShell = false
    let lines = try String(contentsOf: url, encoding: .utf8)
      .replacing("\\\n", with: " ").split(separator: "\n")
    for line in lines {
      if line.hasPrefix("```") {
        isShell = line == "```sh"
      } else if isShell, line.hasPrefix("dyn ") {
        commands.append(String(line))
      }
    }
    return commands
  }

  @Test(arguments: files) func everyCommandRuns(file: String) async throws {
    let commands = try Self.commands(of: file)
    try #require(!commands.isEmpty, "\(file) shows no command")
    for command in commands {
      let result = try await DynProcess.shell(command, in: folder)
      #expect(result.status == 0, "\(command): \(result.error)")
    }
  }
}
