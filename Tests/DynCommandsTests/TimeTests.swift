import Testing

/// Output times and the end of trajectories.
@Suite struct TimeTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    try folder.put(SmallScenario.text(SmallScenario.allSolvers), in: "s.json")
  }

  private func table(_ replacements: String...) async throws -> CSVTable {
    let options = replacements.flatMap { ["--set", $0] }
    try await expectSuccess(["simulate", "s.json"] + quietly + options, in: folder)
    return try CSVTable(try folder.text(of: "out.csv"))
  }

  @Test func endsAtTheFirstRowThatMeetsTheCondition() async throws {
    let below = 0.3
    let table = try await table(
      #"stop_when={"observable": "direction_distance", "below": 0.3}"#, "time.end=50")
    for solver in table.solvers {
      let distances = try table.column("direction_distance", of: solver)
      #expect(distances.count > 1 && distances.count < 101)
      #expect(distances.dropLast().allSatisfy { $0 >= below })
      #expect(try #require(distances.last) < below)
    }
  }

  @Test func theConditionMayWatchWhatIsNotMeasured() async throws {
    let table = try await table(
      #"stop_when={"observable": "norm_z", "below": 1e9}"#, #"observables=["loss"]"#)
    for solver in table.solvers { #expect(try table.column("loss", of: solver).count == 1) }
  }

  @Test func aConditionThatIsNeverMetChangesNothing() async throws {
    let table = try await table(#"stop_when={"observable": "norm_z", "below": 0}"#)
    for solver in ["closed_form", "ode"] {
      #expect(try table.column("time", of: solver).count == 101)
    }
  }

  @Test(arguments: ["time.end=0", "time.at=[0]", "time={\"end\":0,\"spacing\":\"log\"}"])
  func timeZeroAloneIsLegal(replacement: String) async throws {
    let table = try await table(replacement)
    #expect(table.solvers == ["closed_form", "ode", "gradient_descent"])
    for solver in table.solvers {
      #expect(try table.column("time", of: solver) == [0])
      #expect(try #require(try table.column("relative_error", of: solver).last) <= 1e-15)
    }
  }

  @Test func sortsAndDeduplicatesTimes() async throws {
    let table = try await table("time.at=[1, 0.5, 1, 0.5, 0.1]")
    #expect(try table.column("time", of: "closed_form") == [0.1, 0.5, 1])
    #expect(try table.column("time", of: "ode") == [0.1, 0.5, 1])
  }

  @Test func spacesTimesLogarithmically() async throws {
    let table = try await table(
      #"time={"end": 100, "outputs": 6, "spacing": "log", "start": 0.01}"#)
    let times = try table.column("time", of: "closed_form")
    try #require(times.count == 6)
    #expect(times[0] == 0 && times[5] == 100)
    for (time, exact) in zip(times.dropFirst(), [0.01, 0.1, 1, 10, 100]) {
      #expect(abs(time / exact - 1) < 1e-14)
    }
  }
}
