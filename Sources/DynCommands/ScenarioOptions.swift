import ArgumentParser
import DynIO
import DynNumerics
import Dynamics

/// How a report is printed.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case table
  case json
}

/// The scenarios of a command and what replaces their values.
struct ScenarioOptions: ParsableArguments {
  @Argument(
    help: "Scenario files; - is standard input.", completion: .file(extensions: ["json"]))
  var scenarios: [String]

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Replace a value of the scenario, such as model.loss.gamma=0.1; may be repeated.",
      valueName: "key=json"))
  var overrides: [String] = []

  @Option(
    help: "Threads to use; default: one a processor. Results do not depend on it.")
  var threads: Int?

  /// More threads than this are refused: each has a stack and work space of its own.
  static let threadLimit = 1024

  /// How many threads the command uses.
  var threadCount: Int { threads ?? Concurrency.processorCount }

  func validate() throws {
    if let threads, !(1...Self.threadLimit).contains(threads) {
      throw ValidationError("--threads is \(threads): give 1 to \(Self.threadLimit)")
    }
  }

  /// What replaces the scenario's values.
  ///
  /// - Throws: `CommandFailure` for a replacement that is none.
  func replacements() throws -> [ScenarioOverride] {
    var replacements: [ScenarioOverride] = []
    for argument in overrides {
      do throws(Fault) {
        replacements.append(try ScenarioOverride(argument: argument))
      } catch {
        throw CommandFailure([error.description], .usage)
      }
    }
    return replacements
  }

  /// All scenarios, each made into what the command needs.
  ///
  /// - Throws: `CommandFailure` that says what is wrong with every one of them.
  func loaded<Result>(
    _ use: (_ path: String, LoadedSweep) throws -> Result
  ) throws -> [Result] {
    _ = try replacements()
    var results: [Result] = []
    var failures: [CommandFailure] = []
    for path in scenarios {
      do {
        results.append(try use(path, try sweep(path)))
      } catch {
        failures.append(CommandFailure(error, path: path))
      }
    }
    if let failure = CommandFailure(failures) { throw failure }
    return results
  }

  /// The members of one scenario with its replacements.
  ///
  /// - Throws: `CommandFailure` for a scenario that is not valid; without a sweep also for arrays
  ///   that do not fit.
  func sweep(_ path: String, makesProblem: Bool = true) throws -> LoadedSweep {
    let replacements = try replacements()
    do throws(ScenarioError) {
      return try LoadedSweep(
        try ScenarioFile.tree(at: path, overrides: replacements), path: path,
        makesProblem: makesProblem)
    } catch {
      throw CommandFailure(error)
    }
  }
}
