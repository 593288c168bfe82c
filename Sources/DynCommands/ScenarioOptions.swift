import ArgumentParser
import DynIO
import Dynamics

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

  /// The tree of one scenario with its replacements.
  func tree(_ path: String) throws -> Value {
    var replacements: [ScenarioOverride] = []
    for argument in overrides {
      do throws(Fault) {
        replacements.append(try ScenarioOverride(argument: argument))
      } catch {
        throw CommandFailure([error.description], .usage)
      }
    }
    do throws(ScenarioError) {
      return try ScenarioFile.tree(at: path, overrides: replacements)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// A scenario and its problem.
  func loaded(_ path: String) throws -> LoadedScenario {
    let tree = try tree(path)
    do throws(ScenarioError) {
      let scenario = try ScenarioFile.scenario(tree, path: path)
      let problem = try ScenarioFile.problem(scenario, path: path)
      return LoadedScenario(path: path, scenario: scenario, problem: problem)
    } catch {
      throw CommandFailure(error)
    }
  }
}

/// A scenario with the problem that it makes.
struct LoadedScenario {
  let path: String
  let scenario: Scenario
  let problem: Problem
}
