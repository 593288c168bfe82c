import DynIO
import Dynamics
import Foundation
import Testing

/// The trajectory file.
@Suite struct CSVTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private func table(_ keys: String..., arguments: [String] = []) async throws -> CSVTable {
    let text = "{" + (["\"model\": \(SmallScenario.model)"] + keys).joined(separator: ", ") + "}"
    try folder.put(text, in: "s.json")
    try await expectSuccess(["simulate", "s.json"] + quietly + arguments, in: folder)
    return try CSVTable(try folder.text(of: "out.csv"))
  }

  @Test func hasTheColumnsOfTheContract() async throws {
    let table = try await table(SmallScenario.threeTimes)
    #expect(Array(table.header.prefix(4)) == ["solver", "time", "zeta_h", "zeta_w"])
    #expect(table.header.last == "relative_error")
    let names = Set(table.header.dropFirst(4).dropLast())
    for name in ["loss", "objective", "accuracy", "norm_h", "norm_w", "norm_z", "log_norm_z"] {
      #expect(names.contains(name) || name == "objective", "\(name)")
    }
    #expect(names.isSubset(of: Observables.all.map(\.name)))
  }

  @Test func measuresWhatIsAskedForInItsOrder() async throws {
    let all = Observables.all.map(\.name)
    let list = "[" + all.reversed().map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    let table = try await table(SmallScenario.threeTimes, "\"observables\": \(list)")
    #expect(
      table.header == ["solver", "time", "zeta_h", "zeta_w"] + all.reversed() + ["relative_error"])
  }

  @Test func hasARowForEverySolverAndTime() async throws {
    let table = try await table(SmallScenario.threeTimes, SmallScenario.allSolvers)
    #expect(table.solvers == ["closed_form", "ode", "gradient_descent"])
    for solver in table.solvers {
      #expect(try table.column("time", of: solver) == [0, 0.5, 1])
      #expect(try table.column("zeta_w", of: solver) == [0, 0.5, 1])
    }
    #expect(try table.column("relative_error", of: "closed_form") == [0, 0, 0])
    let error = try #require(try table.column("relative_error", of: "ode").last)
    #expect(error > 0 && error < 1e-8)
    let descent = try #require(try table.column("relative_error", of: "gradient_descent").last)
    #expect(descent > 1e-4 && descent < 0.1)
  }

  /// Times 0.04, 0.06 and 0.14 are nearest to steps 0, 1 and 1.
  @Test func roundsTimesOfDescentAndRepeatsNone() async throws {
    let table = try await table(
      #""time": {"at": [0, 0.04, 0.06, 0.14, 0.16, 0.31, 0.33]}"#, SmallScenario.allSolvers)
    #expect(try table.column("time", of: "closed_form").count == 7)
    let step = 0.1
    #expect(
      try table.column("time", of: "gradient_descent") == [0, 1, 2, 3].map { $0 * step })
  }

  @Test func writesInfinityAndNan() async throws {
    let table = try await table(
      #""time": {"at": [0, 1e5]}"#, #""observables": ["norm_z", "log_norm_z", "aligned_distance"]"#,
      arguments: ["--set", "model.samples_per_class=[2,3,4]"])
    let last = try #require(table.rows.last)
    #expect(last[4] == "inf")
    #expect(try #require(Double(last[5])) > 1000)
    #expect(last[6] == "nan")
  }

  @Test func quotesNamesOfSolvers() async throws {
    let table = try await table(
      SmallScenario.threeTimes,
      #""solvers": [{"kind": "closed_form", "name": "a, \"b\""}, {"kind": "ode", "name": " é "}]"#)
    #expect(table.solvers == ["a, \"b\"", " é "])
  }

  /// Every number reads back as the very double that the library computes.
  @Test func numbersReadBackBitForBit() async throws {
    let table = try await table(
      #""time": {"end": 3, "outputs": 7}"#, SmallScenario.allSolvers)
    let scenario = try ScenarioFile.scenario(
      try ScenarioFile.tree(at: folder.path("s.json")), path: folder.path("s.json"))
    let problem = try ScenarioFile.problem(scenario, path: folder.path("s.json"))
    let observables = Observables.defaults(for: problem)
    let trajectories = Simulation(
      prepared: try PreparedProblem(problem), solvers: scenario.solvers, times: scenario.times,
      observables: observables
    ).run()
    let rows = trajectories.flatMap { trajectory in
      trajectory.rows.map { row in
        [row.time, row.zeta.features, row.zeta.prototypes] + row.values + [row.relativeError]
      }
    }
    try #require(table.rows.count == rows.count)
    for (read, row) in zip(table.rows, rows) {
      let numbers = read.dropFirst().map { Double($0) ?? -1 }
      #expect(numbers.map(Self.bits) == row.map(Self.bits))
    }
  }

  /// Not a number has many bit patterns.
  private static func bits(_ number: Double) -> UInt64 { number.isNaN ? 0 : number.bitPattern }

  @Test func numbersAreAsShortAsTheyCanBe() async throws {
    let table = try await table(#""time": {"end": 3, "outputs": 7}"#)
    for text in table.rows.flatMap({ $0.dropFirst() }) {
      guard let number = Double(text), number.isFinite else { continue }
      #expect(text == "\(number)")
    }
  }
}
