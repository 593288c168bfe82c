import Testing

/// Settings that are right by themselves and wrong together.
@Suite struct ConflictTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private static func model(
    _ keys: String, sizes: String = "\"classes\": 3, \"samples_per_class\": 2"
  )
    -> String
  {
    "{\(sizes), \"feature_dimension\": 4, \(keys)}"
  }

  @Test(arguments: [
    (#""case": "spherical", "weight_decay": 0.1"#, "model.weight_decay: 0.1"),
    (#""case": "spherical", "weight_decay": "critical""#, "model.weight_decay"),
    (#""case": "unconstrained", "weight_decay": {"features": 0.5}"#, "model.weight_decay: 0.5"),
    (#""case": "ntk_invariant", "weight_decay": {"prototypes": 0.1}"#, "model.weight_decay: 0.1"),
    (#""case": "anchored", "weight_decay": {"prototypes": 0.1}"#, "model.weight_decay: 0.1"),
    (#""case": "anchored", "bias": true"#, "model.bias"),
    (#""case": "spherical", "bias": true"#, "model.bias"),
    (#""case": "ntk_invariant", "bias": true"#, "model.bias"),
    (#""case": "regularized", "kernel": {}"#, "ntk_invariant"),
    (#""kernel": {"features": {"kind": "identity"}}"#, "model.kernel"),
    (#""case": "regularized", "rescale_learning_rate": true"#, "model.rescale_learning_rate"),
    (#""rescale_learning_rate": true"#, "model.rescale_learning_rate"),
    (#""class_weights": [1, 2]"#, "model.class_weights: 2 weights for 3 classes"),
    (
      #""case": "ntk_invariant", "kernel": {"dense": {"kind": "values", "values": [[1]]}, "samples": {"kind": "identity"}}"#,
      "model.kernel.samples"
    ),
    (
      #""case": "ntk_invariant", "kernel": {"features": {"kind": "values", "values": [[1]]}}"#,
      "model.kernel.features: the array has shape (1, 1), not (4, 4)"
    ),
    (
      #""case": "ntk_invariant", "kernel": {"features": {"kind": "values", "values": [[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}}"#,
      "not symmetric"
    ),
    (
      #""case": "ntk_invariant", "kernel": {"features": {"kind": "values", "values": [[-1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}}"#,
      "negative eigenvalue -1"
    ),
  ]) func refusesSettingsOfOtherCases(keys: String, fragment: String) async throws {
    try folder.put(SmallScenario.text(model: Self.model(keys)), in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65, ["s.json: ", fragment], in: folder)
  }

  @Test(arguments: [
    (#"{"kind": "ode", "step": 0.1, "relative_tolerance": 1e-3}"#, "solvers[0].relative_tolerance"),
    (#"{"kind": "ode", "step": 0.1, "absolute_tolerance": 1e-3}"#, "solvers[0].absolute_tolerance"),
    (#"{"kind": "ode", "step": 0.1, "method": "msadams"}"#, "solvers[0].step: msadams"),
    (
      #"{"kind": "ode", "relative_tolerance": 0, "absolute_tolerance": 0}"#, "both tolerances are 0"
    ),
    (#"{"kind": "ode"}, {"kind": "ode", "method": "rk4"}"#, "solvers[1]: a second solver"),
    (#"{"kind": "ode", "name": "a"}, {"kind": "closed_form", "name": "a"}"#, "\"a\""),
    (#"{"kind": "ode", "name": "closed_form"}, {"kind": "closed_form"}"#, "\"closed_form\""),
    (#"{"kind": "ode", "name": ""}"#, "solvers[0].name"),
    (#"{"kind": "ode", "name": "a/b"}"#, "solvers[0].name"),
    (#"{"kind": "ode", "name": "a\u0000b"}"#, "solvers[0].name"),
    (
      #"{"kind": "gradient_descent", "step": 1e-12}"#,
      "solvers[0].step: 1e-12 means 1000000000000 steps"
    ),
  ]) func refusesSolverSettings(solvers: String, fragment: String) async throws {
    try folder.put(SmallScenario.text("\"solvers\": [\(solvers)]"), in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65, ["s.json: ", fragment], in: folder)
  }

  /// Where rates are not proportional the closed form is called `reduced`.
  @Test func refusesASecondSolverCalledReduced() async throws {
    try folder.put(
      SmallScenario.text(
        #""learning_rate": {"features": {"kind": "exponential", "value": 1, "rate": 1}}"#,
        #""solvers": [{"kind": "closed_form"}, {"kind": "ode", "name": "reduced"}]"#), in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65, ["solvers", "\"reduced\""], in: folder)
  }

  @Test(arguments: [
    (#""end": 1, "at": [0, 1]"#, "time.end"), (#""outputs": 3, "at": [0, 1]"#, "time.outputs"),
    (#""spacing": "log", "at": [0, 1]"#, "time.spacing"), (#""start": 0.1"#, "time.start"),
    (#""spacing": "log", "start": 2"#, "time.start: 2 is not before the end at 1"),
    (#""outputs": 1"#, "time.outputs"), (#""at": []"#, "time.at"), (#""at": [-1]"#, "time.at[0]"),
  ]) func refusesTimeSettings(keys: String, fragment: String) async throws {
    try folder.put(SmallScenario.text("\"time\": {\(keys)}"), in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65, ["s.json: ", fragment], in: folder)
  }

  @Test(arguments: [
    #"{"kind": "step", "value": 1, "factor": 0.5, "every": 1e-9}"#,
    #"{"kind": "step", "value": 1, "factor": 0.5, "every": 1e-300}"#,
    #"{"kind": "cosine_restarts", "value": 1, "final": 0, "period": 1e-9, "multiplier": 1}"#,
  ]) func refusesSchedulesWithTooManyJumps(schedule: String) async throws {
    try folder.put(
      SmallScenario.text("\"learning_rate\": {\"prototypes\": \(schedule)}"), in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65, ["s.json: learning_rate", "1000000 times"], in: folder)
  }

  @Test(arguments: ["msbdf", "bsimp"])
  func refusesImplicitMethodsOnLargeProblems(method: String) async throws {
    let model = #"{"classes": 10, "samples_per_class": 100, "feature_dimension": 5}"#
    try folder.put(
      SmallScenario.text(
        model: model, "\"solvers\": [{\"kind\": \"ode\", \"method\": \"\(method)\"}]"), in: "s.json"
    )
    try await expectRefusal(
      ["simulate", "s.json"], status: 65, ["s.json: solvers[0]", method, "1010", "1000"], in: folder
    )
  }

  @Test func refusesTheExactFormWithADenseKernel() async throws {
    let rows = (0..<4).map { row in
      "[" + (0..<4).map { $0 == row ? "1" : "0" }.joined(separator: ",") + "]"
    }
    let kernel = "{\"dense\": {\"kind\": \"values\", \"values\": [\(rows.joined(separator: ","))]}}"
    let model =
      #"{"case": "ntk_invariant", "classes": 2, "samples_per_class": 1, "#
      + "\"feature_dimension\": 2, \"kernel\": \(kernel)}"
    let solvers = #""solvers": [{"kind": "gradient_descent", "form": "exact"}]"#
    try folder.put(SmallScenario.text(model: model, solvers), in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65, ["s.json: solvers[0]: ", "dense kernel", "iterated"],
      in: folder)
  }
}
