import Testing

/// Sizes that are wrong or beyond the memory.
@Suite struct SizeTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  @Test(arguments: [
    (#""classes": 0"#, "model.classes: 0"), (#""classes": 1"#, "model.classes: 1"),
    (#""classes": -3"#, "model.classes: -3"), (#""classes": 2.5"#, "model.classes: 2.5"),
    (#""classes": 1e300"#, "model.classes: 1e+300"),
    (#""samples_per_class": 0"#, "model.samples_per_class: 0"),
    (#""samples_per_class": -1"#, "model.samples_per_class: -1"),
    (#""samples_per_class": [2, 0, 2]"#, "model.samples_per_class[1]: 0"),
    (#""samples_per_class": [2, 2]"#, "model.classes: classes gives the number of classes as 3"),
    (#""samples_per_class": {"kind": "step", "majority": 5, "ratio": 0.5}"#, "ratio: 0.5"),
    (#""feature_dimension": 0"#, "model.feature_dimension: 0"),
    (#""feature_dimension": -4"#, "model.feature_dimension: -4"),
  ]) func refusesSizes(key: String, fragment: String) async throws {
    let name = key.prefix { $0 != ":" }
    let sizes = [
      #""classes": 3"#, #""samples_per_class": 2"#, #""feature_dimension": 4"#,
    ].filter { !$0.hasPrefix(name) }
    let model = "{" + (sizes + [key]).joined(separator: ", ") + "}"
    try folder.put(SmallScenario.text(model: model), in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65, ["s.json: ", fragment], in: folder)
  }

  @Test(arguments: ["classes", "samples_per_class", "feature_dimension"])
  func namesASizeThatIsMissing(key: String) async throws {
    let keys = ["classes", "samples_per_class", "feature_dimension"].filter { $0 != key }
    let model = "{" + keys.map { "\"\($0)\": 3" }.joined(separator: ", ") + "}"
    try folder.put(SmallScenario.text(model: model), in: "s.json")
    try await expectRefusal(
      ["validate", "s.json"], status: 65, ["s.json: model", key], in: folder)
  }

  /// Refused before anything large is allocated: the address space is limited to 4 GiB.
  @Test(arguments: [
    #""classes": 3, "samples_per_class": 2, "feature_dimension": 1000000000000000"#,
    #""classes": 3, "samples_per_class": 9007199254740992, "feature_dimension": 4"#,
    #""classes": 9007199254740992, "samples_per_class": 1, "feature_dimension": 4"#,
    #""classes": 100000000000, "samples_per_class": 1, "feature_dimension": 4"#,
    #""classes": 3, "samples_per_class": 100000000000, "feature_dimension": 4, "representation": "full""#,
    #""classes": 3, "samples_per_class": [100000000000, 1, 1], "feature_dimension": 4, "representation": "full""#,
    #""classes": 3, "samples_per_class": {"kind": "exponential", "largest": 100000000000, "ratio": 2}, "feature_dimension": 4, "representation": "full""#,
    #""classes": 100000, "samples_per_class": 1, "feature_dimension": 1000000"#,
    #""feature_dimension": 2, "labels": {"kind": "values", "values": [0, 1000000000000000]}"#,
    #""classes": 1000000000000000, "feature_dimension": 2, "labels": {"kind": "values", "values": [0, 1]}"#,
    #""case": "ntk_invariant", "classes": 3, "samples_per_class": 100000, "feature_dimension": 1000, "kernel": {"dense": {"kind": "file", "path": "k.npy"}}"#,
    #""case": "ntk_invariant", "classes": 3, "samples_per_class": 1000, "feature_dimension": 9007199254740992, "kernel": {"dense": {"kind": "file", "path": "k.npy"}}"#,
  ]) func refusesSizesBeyondTheMemory(sizes: String) async throws {
    // Integration needs the samples, which the reduced representation would do without.
    let ode = #""solvers": [{"kind": "ode"}]"#
    try folder.put(SmallScenario.text(model: "{\(sizes)}", ode), in: "s.json")
    let result = try await DynProcess.shell(
      "ulimit -v 4194304 && exec dyn simulate s.json", in: folder)
    #expect(result.status == 65)
    #expect(result.errorLines.count == 1, "\(result.error.prefix(300))")
    #expect(result.error.hasPrefix("s.json: model"), "\(result.error.prefix(300))")
    #expect(try folder.names() == ["s.json"])
  }

  /// Where class means are enough, as many samples as there may be.
  @Test func reducesSamplesBeyondTheMemory() async throws {
    let model = #"{"classes": 3, "samples_per_class": 100000000000, "feature_dimension": 4}"#
    try folder.put(SmallScenario.text(model: model), in: "s.json")
    let result = try await DynProcess.shell(
      "ulimit -v 4194304 && exec dyn simulate s.json", in: folder)
    #expect(result.status == 0, "\(result.error.prefix(300))")
    #expect(result.output.contains("because the full state does not fit into memory"))
  }

  @Test func namesNeedAndSupplyOfMemory() async throws {
    let model = #"{"classes": 3, "samples_per_class": 2, "feature_dimension": 1000000000000}"#
    try folder.put(SmallScenario.text(model: model), in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65, ["s.json: model", "TiB", "GiB", "free", "lower"],
      in: folder)
  }

  @Test func refusesTooFewDimensionsForASimplex() async throws {
    let model = #"{"classes": 6, "samples_per_class": 2, "feature_dimension": 4}"#
    let state = #""initial_state": {"prototypes": {"kind": "simplex_etf"}}"#
    try folder.put(SmallScenario.text(model: model, state), in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65,
      ["s.json: initial_state.prototypes: ", "at least 5, not 4"], in: folder)
  }
}
