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

  /// How many threads the command uses.
  var threadCount: Int { threads ?? Concurrency.processorCount }

  func validate() throws {
    if let threads, threads < 1 {
      throw ValidationError("--threads is \(threads): give 1 or more")
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

  /// The members of one scenario with its replacements.
  ///
  /// - Throws: `CommandFailure` for a scenario that is not valid; without a sweep also for arrays
  ///   that do not fit.
  func sweep(_ path: String) throws -> LoadedSweep {
    let replacements = try replacements()
    do throws(ScenarioError) {
      return try LoadedSweep(
        try ScenarioFile.tree(at: path, overrides: replacements), path: path)
    } catch {
      throw CommandFailure(error)
    }
  }
}

/// A scenario's members.
struct LoadedSweep: Sendable {
  /// One member. Its problem is made when it is run: all at once might not fit into memory.
  struct Member: Sendable {
    let assignments: [(key: String, value: Value)]
    let label: String
    let scenario: Scenario
    fileprivate let path: String
    fileprivate var prepared: Problem?

    /// - Throws: `ScenarioError` for arrays that do not fit.
    func problem() throws(ScenarioError) -> Problem {
      if let prepared { return prepared }
      return try ScenarioFile.problem(scenario, path: path)
    }
  }

  /// The swept keys.
  let keys: [String]
  /// The array files that any member reads.
  let arrayFiles: [String]
  private(set) var members: [Member]

  /// - Throws: `ScenarioError` for members that are not valid; without a sweep also for arrays
  ///   that do not fit.
  init(_ tree: Value, path: String) throws(ScenarioError) {
    let sweep: ScenarioSweep
    do throws(ScenarioFaults) {
      sweep = try ScenarioSweep(tree)
    } catch {
      throw .faults(path: path, error.faults)
    }
    keys = sweep.keys
    arrayFiles = Array(
      Set(sweep.members.flatMap { ScenarioFile.arrayFiles(in: $0.tree, path: path) }))
    members = try sweep.members.map { member throws(ScenarioError) in
      Member(
        assignments: member.assignments, label: member.label,
        scenario: try ScenarioFile.scenario(member.tree, path: path), path: path)
    }
    if keys.isEmpty { members[0].prepared = try members[0].problem() }
  }

  /// The problem of the first member that has one: what the members have in common.
  var representative: Problem? { members.lazy.compactMap { try? $0.problem() }.first }
}
