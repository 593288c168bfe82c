import DynIO
import Dynamics
import Foundation
import Testing

/// Every place of the format with unusual values.
@Suite struct ReplacementTests {
  private static let count = ReplacedScenario.all.count
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    try folder.makeFolder("out")
  }

  private static func name(_ index: Int) -> String { "s\(index).json" }

  @Test func coversTheWholeFormat() {
    let paths = ReplacedScenario.places.map(\.path)
    #expect(paths.count > 100)
    for path in [
      ".model.weight_decay.bias", ".learning_rate.features<proportional>.ratio",
      ".learning_rate.prototypes<warmup>.then<cosine>.period", ".solvers[]<ode>.method",
      ".initial_state.features<values>.values[]",
    ] { #expect(paths.contains(path), "\(path)") }
  }

  /// A scenario that each place accepts is not refused for its format.
  @Test func samplesOfEveryPlaceAreWellFormed() {
    for place in ReplacedScenario.places {
      let faults = ScenarioFormat.shape.faults(of: place.scenario(place.shape.sample))
      #expect(faults.isEmpty, "\(place.path): \(faults)")
    }
  }

  @Test func eachIsReportedOrRuns() async throws {
    var valid: [Int] = []
    for start in stride(from: 0, to: ReplacedScenario.all.count, by: Self.batch) {
      let end = min(start + Self.batch, ReplacedScenario.all.count)
      valid += try await validate(Array(start..<end))
    }
    try await simulate(valid.filter { !ReplacedScenario.all[$0].isLong })
  }

  /// So many scenarios that starting a process does not count, and so few that it is clear which
  /// place of the format made it crash or hang.
  private static let batch = 70

  /// Those of the scenarios that are valid.
  private func validate(_ indices: [Int]) async throws -> [Int] {
    let result = try await run("validate", indices)
    guard [0, 65].contains(result.status) else {
      let paths = Set(indices.map { ReplacedScenario.all[$0].path }).sorted()
      Issue.record("status \(result.status) on values at one of \(paths)")
      return []
    }
    for line in result.errorLines { #expect(namesFileAndPlace(line), "\(line)") }
    let valid = Set(result.output.split(separator: "\n").map(String.init))
    let faulty = Set(result.errorLines.map { String($0.prefix { $0 != ":" }) })
    return indices.filter { index in
      let isValid = valid.contains(Self.name(index) + ": valid")
      #expect(
        isValid != faulty.contains(Self.name(index)), "\(ReplacedScenario.all[index].text)")
      return isValid
    }
  }

  /// What validates also runs, or its solvers fail with a line each.
  private func simulate(_ valid: [Int]) async throws {
    try #require(valid.count > 100)
    var left = valid
    while !left.isEmpty {
      let result = try await run(
        "simulate", left, ["--quiet", "-o", "out", "--set", "observables=[\"norm_z\"]"])
      for line in result.errorLines where result.status < 128 {
        #expect(line.hasPrefix("s") && line.contains(".json: "), "\(line)")
      }
      guard result.status >= 128 else {
        #expect([0, 1].contains(result.status))
        return
      }
      // Scenarios run in their order: the first without a file is the one that ended the process.
      let done = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path("out")))
      let culprit = try #require(left.firstIndex { !done.contains("s\($0).csv") })
      Issue.record("status \(result.status): \(ReplacedScenario.all[left[culprit]].text)")
      left.removeSubrange(...culprit)
    }
  }

  /// One process for all.
  private func run(
    _ command: String, _ indices: [Int], _ options: [String] = []
  ) async throws -> DynProcess.Result {
    for index in indices { try folder.put(ReplacedScenario.all[index].text, in: Self.name(index)) }
    return try await DynProcess.run(
      [command] + indices.map(Self.name) + options, in: folder)
  }
}

extension ReplacedScenario {
  /// Whether a run takes its time without being wrong, or writes to another place.
  fileprivate var isLong: Bool {
    text.contains("1e-320") || text.contains("9007199254740992") || path == ".name"
      || path.contains(".then")
  }
}
