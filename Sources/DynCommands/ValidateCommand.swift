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
    // A replacement that is none is said once, not for every scenario.
    _ = try options.replacements()
    var failures = FailureList(path: options.scenarios[0])
    for path in options.scenarios {
      failures.attempt {
        let sweep = try options.sweep(path)
        var notes: [String] = []
        var refusals: [CommandFailure] = []
        for member in sweep.members {
          do throws(ScenarioError) {
            let problem = try member.problem()
            notes += problem.notes.filter { !notes.contains($0) }
          } catch {
            refusals.append(member.failure(error))
          }
        }
        if let refusal = CommandFailure(refusals) { throw refusal }
        try Console.output(["\(path): valid"] + notes.map { "\(path): \($0)" })
      }
    }
    if let failure = CommandFailure(failures.all) { throw failure }
  }
}
