import Testing

/// Numbers at the edge of what a double holds.
@Suite struct NumberTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  @Test(arguments: [
    #""learning_rate": {"prototypes": {"kind": "constant", "value": 1e999}}"#,
    #""time": {"end": -1e999}"#, #""initial_state": {"seed": 1e999}"#,
  ]) func refusesNumbersTooLargeForADouble(keys: String) async throws {
    try folder.put(SmallScenario.text(keys), in: "s.json")
    try await expectRefusal(["simulate", "s.json"], status: 65, ["s.json:1:", "999"], in: folder)
  }

  @Test(arguments: ["1e308", "1e200"])
  func refusesGammaThatOverflows(gamma: String) async throws {
    let model =
      "{\"classes\": 3, \"samples_per_class\": 2, \"feature_dimension\": 4, "
      + "\"loss\": {\"kind\": \"unhinged\", \"gamma\": \(gamma)}}"
    try folder.put(SmallScenario.text(model: model), in: "s.json")
    let result = try await DynProcess.run(["simulate", "s.json"] + quietly, in: folder)
    #expect([0, 1, 65].contains(result.status))
    if result.status == 0 { try expectNumbers() }
  }

  /// A run that ends well has numbers to show: norms may overflow, but none is nan.
  @Test(arguments: [
    ("model.weight_decay", "1e308"), ("model.class_weights", "[1e308, 1e308, 1e308]"),
    ("initial_state.features", #"{"kind": "normal", "scale": 1e308}"#),
    ("learning_rate.prototypes", #"{"kind": "constant", "value": 1e308}"#),
    ("learning_rate.features", #"{"kind": "exponential", "value": 1e308, "rate": 2}"#),
    (
      "learning_rate.features",
      #"{"kind": "multistep", "value": 1e308, "factor": 1, "milestones": []}"#
    ),
    ("learning_rate.prototypes", #"{"kind": "step", "value": 1, "factor": 0, "every": 2}"#),
  ]) func neitherCrashesNorEndsWellWithoutANumber(key: String, value: String) async throws {
    try folder.put(SmallScenario.text(#""time": {"at": [0, 1e300]}"#), in: "s.json")
    let result = try await DynProcess.run(
      ["simulate", "s.json", "--set", "\(key)=\(value)"] + quietly, in: folder)
    #expect([0, 1, 65].contains(result.status), "\(result.error.prefix(200))")
    guard result.status == 0 else { return }
    #expect(result.error.isEmpty)
    try expectNumbers()
  }

  /// 0^0 is 1: before its first jump the rate is the value.
  @Test func aStepToZeroLeavesTheFirstStep() async throws {
    try folder.put(SmallScenario.text(#""time": {"at": [0, 1, 2, 3, 4]}"#), in: "s.json")
    let rate = #"{"kind": "step", "value": 1, "factor": 0, "every": 2}"#
    try await expectSuccess(
      ["simulate", "s.json", "--set", "learning_rate.prototypes=\(rate)"] + quietly, in: folder)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    #expect(try table.column("zeta_w", of: "closed_form") == [0, 1, 2, 2, 2])
  }

  private func expectNumbers() throws {
    let table = try CSVTable(try folder.text(of: "out.csv"))
    let norms = try table.column("log_norm_z", of: try #require(table.solvers.first))
    #expect(norms.contains { $0.isNaN } == false, "log_norm_z is \(norms), and the status is 0")
  }
}
