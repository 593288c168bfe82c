import Dynamics
import Foundation
import TestSupport

@testable import DynIO

/// Scenarios as text, read as if from a file.
enum ScenarioText {
  /// A path in the folder of shipped scenarios, to which files in a scenario are relative.
  private static let path =
    ReferenceFile.repository.appending(path: "Scenarios/saddles/test.json").path

  static func problem(_ json: String) throws -> Problem {
    let tree = try JSONParser.parse(json)
    return try ScenarioFile.problem(try ScenarioFile.scenario(tree, path: path), path: path)
  }

  /// The faults of a scenario, a line each; "none" where there are none.
  static func faults(_ json: String) -> String {
    do {
      _ = try problem(json)
      return "none"
    } catch let error as ScenarioError {
      return error.lines.joined(separator: "\n")
    } catch {
      return "\(error)"
    }
  }
}
