import Foundation
import Testing

@Suite struct HelpTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  @Test(arguments: [
    ([], ["simulate", "validate", "schema", "--version", "Exit status"]),
    (["simulate"], ["-o, --output", "--states", "--set", "--solver", "--quiet", "SCENARIO"]),
    (["validate"], ["--set", "scenarios"]), (["schema"], ["--help"]),
  ]) func helpNamesTheOptions(command: [String], fragments: [String]) async throws {
    for arguments in [command + ["--help"], command + ["-h"], ["help"] + command] {
      let result = try await expectSuccess(arguments, in: folder)
      for fragment in fragments {
        #expect(result.output.lowercased().contains(fragment.lowercased()), "\(fragment)")
      }
    }
  }

  @Test func helpKeepsToEightyColumns() async throws {
    let result = try await expectSuccess(["--help"], in: folder)
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func printsTheVersion() async throws {
    let result = try await expectSuccess(["--version"], in: folder)
    #expect(
      result.output.range(of: #"^dyn \d+\.\d+\.\d+ .*GSL \d.*\n$"#, options: .regularExpression)
        != nil)
  }

  @Test(arguments: [("bash", "complete"), ("zsh", "#compdef dyn"), ("fish", "complete")])
  func generatesCompletions(shell: String, fragment: String) async throws {
    let result = try await expectSuccess(["--generate-completion-script", shell], in: folder)
    for word in [fragment, "simulate", "validate", "states"] {
      #expect(result.output.contains(word), "\(word)")
    }
  }
}
