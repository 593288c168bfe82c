import DynNumerics
import DynText
public import Dynamics

/// Why a scenario file could not be turned into a scenario.
public enum ScenarioError: Error, Sendable {
  /// The file is missing or unreadable.
  case unreadable(InputError)
  /// The file is not JSON.
  case syntax(path: String, JSONSyntaxError)
  /// The file is JSON but not a scenario; every fault with its place.
  case faults(path: String, [Fault])

  /// One line a fault, each with file, place, value and remedy.
  public var lines: [String] {
    switch self {
    case .unreadable(let error): [error.description]
    case .syntax(let path, let error): ["\(path):\(error.line):\(error.column): \(error.message)"]
    case .faults(let path, let faults): faults.map { "\(path): \($0)" }
    }
  }

  /// Whether the cause is an input file that is missing or unreadable.
  public var isUnreadable: Bool {
    switch self {
    case .unreadable: true
    case .syntax: false
    case .faults(_, let faults): faults.allSatisfy(\.isUnreadableFile)
    }
  }
}

/// Scenario files.
public enum ScenarioFile {
  /// The tree of a scenario file with some of its values replaced.
  ///
  /// - Throws: `ScenarioError` when it cannot be read or is not JSON, or an override has no place.
  public static func tree(
    at path: String, overrides: [ScenarioOverride] = []
  ) throws(ScenarioError) -> Value {
    var value = try parsed(at: path)
    for override in overrides {
      do throws(Fault) {
        value = try override.applied(to: value)
      } catch {
        throw .faults(path: path, [error])
      }
    }
    return value
  }

  private static func parsed(at path: String) throws(ScenarioError) -> Value {
    let bytes: [UInt8]
    do throws(InputError) {
      bytes = try InputFile.read(path)
    } catch {
      throw .unreadable(error)
    }
    let need = JSONParser.memory(bytes)
    guard need <= Double(SystemMemory.available) else {
      throw .faults(
        path: path,
        [
          Fault(
            "",
            "the file has \(MemoryEstimate.text(Double(bytes.count))) and reading it needs about "
              + "\(MemoryEstimate.text(need)), \(SystemMemory.free.sentencePart): store large arrays "
              + "as .npy files")
        ])
    }
    do throws(JSONSyntaxError) {
      return try JSONParser.parse(bytes)
    } catch {
      throw .syntax(path: path, error)
    }
  }

  /// The members of a tree that came from a path.
  ///
  /// - Throws: `ScenarioError` with every fault of the sweep.
  public static func sweep(_ tree: Value, path: String) throws(ScenarioError) -> ScenarioSweep {
    do throws(ScenarioFaults) {
      return try ScenarioSweep(tree)
    } catch {
      throw .faults(path: path, error.faults)
    }
  }

  /// The scenario of a tree that came from a path.
  ///
  /// - Throws: `ScenarioError` with every fault of the format.
  public static func scenario(
    _ tree: Value, path: String
  ) throws(ScenarioError) -> Scenario {
    do throws(ScenarioFaults) {
      return try ScenarioDecoder.decode(tree, name: name(of: path), folder: folder(of: path))
    } catch {
      throw .faults(path: path, error.faults)
    }
  }

  /// The problem of a scenario that came from a path.
  ///
  /// - Throws: `ScenarioError` for arrays that do not fit, cannot be read or do not fit into
  ///   memory, and for solvers that refuse the problem.
  public static func problem(
    _ scenario: Scenario, path: String
  ) throws(ScenarioError) -> Problem {
    let problem: Problem
    do throws(Fault) {
      problem = try ProblemBuilder(scenario).problem()
    } catch {
      throw .faults(path: path, [error])
    }
    let refusals = scenario.solvers.enumerated().compactMap { index, named in
      (named.solver.refusal(of: problem) ?? named.solver.continuationRefusal(of: problem))
        .map { Fault("solvers[\(index)]", $0) }
    }
    var names: Set<String> = []
    if let name = scenario.renamedSolvers(for: problem).map(\.name).first(where: {
      !names.insert($0).inserted
    }) {
      throw .faults(
        path: path,
        [Fault("solvers", "two solvers are called \"\(name)\": give each its own \"name\"")])
    }
    guard refusals.isEmpty else { throw .faults(path: path, refusals) }
    return problem
  }

  /// The file's name without folder and extension.
  public static func name(of path: String) -> String {
    path == "-" ? "scenario" : FilePath.stem(of: path)
  }

  /// The paths of all arrays that a scenario's tree names, as seen from the scenario's folder.
  ///
  /// - Complexity: O(size of the tree).
  public static func arrayFiles(in tree: Value, path: String) -> [String] {
    switch tree {
    case .list(let elements): return elements.flatMap { arrayFiles(in: $0, path: path) }
    case .object(let members):
      let fields = Fields(tree)
      if fields["kind"] == .string("file"), let file = try? fields.string("path") {
        return [FilePath.joined(file, to: folder(of: path))]
      }
      return members.flatMap { arrayFiles(in: $0.value, path: path) }
    default: return []
    }
  }

  private static func folder(of path: String) -> String {
    path == "-" ? "." : FilePath.folder(of: path)
  }
}
