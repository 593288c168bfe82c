import DynIO
import Dynamics
import Testing

@Suite struct TrajectoryCSVTests {
  private func run(_ solverName: String) throws -> ([Trajectory], [Observable]) {
    let tree = try JSONParser.parse(
      """
      {"model": {"classes": 2, "samples_per_class": [1, 2], "feature_dimension": 3},
       "time": {"at": [0, 0.1, 1e6]}, "solvers": [{"kind": "closed_form", "name": "\(solverName)"}],
       "observables": ["norm_z", "log_norm_z", "aligned_distance", "loss"]}
      """)
    let scenario = try ScenarioFile.scenario(tree, path: "test.json")
    let problem = try ScenarioFile.problem(scenario, path: "test.json")
    let observables = Observables.named(scenario.observables ?? [])
    let simulation = Simulation(
      prepared: try PreparedProblem(problem), solvers: scenario.solvers, times: scenario.times,
      observables: observables)
    return (simulation.run(), observables)
  }

  /// The whole file.
  private func csv(_ trajectories: [Trajectory], _ observables: [Observable]) -> String {
    let table = TrajectoryCSV(observables: observables)
    var text = table.header
    table.rows(of: ([], trajectories)) { text += $0 }
    return text
  }

  @Test func linesEndWithCRLFAndFieldsReadBack() throws {
    let (trajectories, observables) = try run("closed_form")
    let text = csv(trajectories, observables)
    var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.removeLast().isEmpty)
    #expect(
      lines.removeFirst()
        == "solver,time,zeta_h,zeta_w,norm_z,log_norm_z,aligned_distance,loss,relative_error")
    let rows = try #require(trajectories.first).rows
    #expect(lines.count == rows.count && rows.count == 3)
    for (line, row) in zip(lines, rows) {
      let fields = line.split(separator: ",").map(String.init)
      #expect(fields.first == "closed_form")
      let numbers =
        [row.time, row.zeta.features, row.zeta.prototypes] + row.values + [row.relativeError]
      #expect(fields.dropFirst().map { Double($0)?.description } == numbers.map { $0.description })
    }
  }

  @Test func spellsNumbersThatPandasReads() throws {
    let (trajectories, observables) = try run("s")
    let last = try #require(
      csv(trajectories, observables).split(separator: "\r\n")
        .last)
    let fields = last.split(separator: ",")
    #expect(fields[4] == "inf" && fields[6] == "nan" && fields[7] == "-inf")
  }

  @Test(arguments: [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("a \\\"b\\\"", "\"a \"\"b\"\"\""), ("ü", "ü"),
  ]) func quotesOnlyWhereNeeded(name: String, field: String) throws {
    let (trajectories, observables) = try run(name)
    let text = csv(trajectories, observables)
    let line = try #require(text.split(separator: "\r\n").dropFirst().first)
    #expect(line.hasPrefix(field + ",0.0,"))
  }
}
