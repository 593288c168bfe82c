import ArgumentParser
import DynIO
import Dynamics

/// `dyn validate`.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Report every fault of scenario files without running them.",
    discussion: "Checks the format, loads the arrays that the scenario names and checks that "
      + "everything fits together.")

  @OptionGroup var options: ScenarioOptions

  func run() throws {
    var lines: [String] = []
    var status = ExitStatus.unreadableInput
    for path in options.scenarios {
      do {
        let sweep = try options.sweep(path)
        var notes: [String] = []
        for member in sweep.members {
          do throws(ScenarioError) {
            let problem = try member.problem()
            notes += problem.notes.filter { !notes.contains($0) }
          } catch {
            throw CommandFailure(
              error.lines.map { member.label.isEmpty ? $0 : "\($0) [\(member.label)]" },
              error.isUnreadable ? .unreadableInput : .invalidScenario)
          }
        }
        try Console.output(["\(path): valid"] + notes.map { "\(path): \($0)" })
      } catch let failure as CommandFailure {
        lines += failure.lines
        if failure.status != .unreadableInput { status = failure.status }
      }
    }
    guard lines.isEmpty else { throw CommandFailure(lines, status) }
  }
}
