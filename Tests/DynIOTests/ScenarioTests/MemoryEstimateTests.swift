import Testing

@testable import DynIO

@Suite struct MemoryEstimateTests {
  /// A run that moves a state of p (n + C) doubles, beside the one at time 0.
  private func estimate(keptStates: Int = 0, keptMembers: Int = 0) throws -> MemoryEstimate {
    let tree = try JSONParser.parse(
      #"{"model": {"classes": 10, "samples_per_class": 20, "feature_dimension": 30}, "solvers": [{"kind": "ode"}]}"#
    )
    let scenario = try ScenarioFile.scenario(tree, path: "test.json")
    return MemoryEstimate(
      scenario, try ScenarioFile.problem(scenario, path: "test.json"), keptStates: keptStates,
      keptMembers: keptMembers)
  }

  @Test func asManyRunsAtOnceAsFit() throws {
    let estimate = try estimate()
    let state: Double = 8 * 30 * 210
    #expect(estimate.total >= 2 * state)
    #expect(estimate.runs(within: 3.5 * estimate.total) == 3)
    #expect(estimate.runs(within: 0.5 * estimate.total) == 1)
    #expect(estimate.runs(within: 0) == 1)
    #expect(estimate.runs(within: .infinity) == 1_000_000)
    #expect(estimate.runsAtOnce > 1)
  }

  @Test func partsAddUpToTheTotal() throws {
    let estimate = try estimate()
    let state = estimate.parts.filter { $0.what.hasSuffix("state") || $0.what.contains("moving") }
    let bytes: Double = 8 * 30 * 210
    #expect(state.map(\.bytes) == [bytes, bytes])
    #expect(estimate.parts.map(\.bytes).reduce(0, +) == estimate.total)
  }

  /// The archive is made in memory, one array at a time: twice as many and one.
  @Test func keptStatesAndTheirArchiveAreCounted() throws {
    let (none, seven) = try (estimate(), estimate(keptStates: 7))
    let bytes: Double = (2 * 7 + 1) * 8 * 30 * 210
    #expect(seven.total - none.total == bytes)
    #expect(seven.parts.last?.what == "the final states and their archive")
  }

  /// Rows of all members stay until the figure: 101 times 20 numbers each and the times.
  @Test func keptMembersAreCountedOnceForAllRuns() throws {
    let (none, many) = try (estimate(), estimate(keptMembers: 1000))
    let rows = try #require(none.parts.first { $0.what == "the trajectory" }).bytes
    #expect(rows == 8 * 101 * 20 + 8 * 101)
    #expect(many.total - none.total == 1000 * rows)
    #expect(many.runs(within: 1000 * rows + 3.5 * none.total) == 3)
  }

  /// Solvers run one after the other: only the largest counts.
  @Test func onlyOneSolverMovesAtATime() throws {
    func total(_ solvers: String) throws -> Double {
      let tree = try JSONParser.parse(
        """
        {"model": {"classes": 10, "samples_per_class": 20, "feature_dimension": 30},
         "time": {"at": [0, 1]}, "observables": [], "solvers": [\(solvers)]}
        """)
      let scenario = try ScenarioFile.scenario(tree, path: "test.json")
      return MemoryEstimate(
        scenario, try ScenarioFile.problem(scenario, path: "test.json")
      ).total
    }
    let adams = #"{"kind": "ode", "method": "msadams"}"#
    let one = try total(adams)
    let two = try total(adams + #", {"kind": "gradient_descent", "step": 1}"#)
    let row: Double = 8 * 2 * 4
    #expect(two - one == row)
  }
}
