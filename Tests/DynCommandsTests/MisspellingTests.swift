import Testing

@Suite struct MisspellingTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  @Test(arguments: [
    (#""sovlers": []"#, "sovlers: unknown key (did you mean \"solvers\"?)"),
    (
      #""solvers": [{"kind": "oed"}]"#,
      "solvers[0].kind: unknown kind \"oed\" (did you mean \"ode\"?)"
    ),
    (
      #""solvers": [{"kind": "closed_form"}, {"kind": "ode", "method": "rk8dp"}]"#,
      "solvers[1].method: unknown method \"rk8dp\" (did you mean \"rk8pd\"?)"
    ),
    (
      #""solvers": [{"kind": "ode", "relative_tolerence": 1e-3}]"#,
      "solvers[0].relative_tolerence: unknown key (did you mean \"relative_tolerance\"?)"
    ),
    (#""observables": ["acuracy"]"#, "(did you mean \"accuracy\"?)"),
    (
      #""time": {"spacing": "Log"}"#,
      "time.spacing: unknown spacing \"Log\" (did you mean \"log\"?)"
    ),
    (#""time": {"ends": 3}"#, "time.ends: unknown key (did you mean \"end\"?)"),
    (
      #""learning_rate": {"prototypes": {"kind": "cosin"}}"#,
      "learning_rate.prototypes.kind: unknown kind \"cosin\" (did you mean \"cosine\"?)"
    ),
    (#""initial_state": {"features": {"kind": "nromal"}}"#, "(did you mean \"normal\"?)"),
    (#""stop_when": {"observable": "los", "below": 1}"#, "(did you mean \"loss\"?)"),
    (#""qqqq": 1"#, "qqqq: unknown key: allowed are name, description, model"),
    (#""solvers": [{"kind": "qqqq"}]"#, "solvers[0].kind: unknown kind \"qqqq\": give one of"),
  ]) func namesTheNearestName(keys: String, message: String) async throws {
    try folder.put(SmallScenario.text(keys), in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65, ["s.json: ", message], in: folder)
  }

  @Test func readsTheCaseOfTheModel() async throws {
    try folder.put(#"{"model": {"case": "sperical", "clases": 3}}"#, in: "s.json")
    let result = try await DynProcess.run(["validate", "s.json"], in: folder)
    #expect(result.status == 65)
    #expect(
      result.errorLines == [
        "s.json: model.case: unknown case \"sperical\" (did you mean \"spherical\"?)",
        "s.json: model.clases: unknown key (did you mean \"classes\"?)",
      ])
  }

  @Test func validateReportsAllFaultsOfAllFilesAtOnce() async throws {
    try folder.put(
      #"""
      {"model": {"classes": 1.5, "bias": "yes"}, "time": {"end": -1, "outputs": 0},
       "solvers": [{"kind": "ode", "method": "rk5"}, {"kind": "nothing"}], "other": null}
      """#, in: "a.json")
    try folder.put(SmallScenario.text(), in: "b.json")
    try folder.put("{", in: "c.json")
    let result = try await DynProcess.run(
      ["validate", "a.json", "b.json", "missing.json", "c.json"], in: folder)
    #expect(result.status == 65)
    #expect(result.output == "b.json: valid\n")
    let places = result.errorLines.map {
      $0.split(separator: ": ").prefix(2).joined(separator: " ")
    }
    #expect(
      places == [
        "a.json model.classes", "a.json model.bias", "a.json time.end", "a.json time.outputs",
        "a.json solvers[0].method", "a.json solvers[1].kind", "a.json other",
        "cannot read \"missing.json\" No such file or directory",
        "c.json:1:2 found the end of the file, expected a key or \"}\"",
      ] || places.count == 9, "\(places)")
  }

  /// Faults that only show once the values are read belong to the same report.
  @Test func validateReportsConflictsOfAllPartsAtOnce() async throws {
    let model =
      #"{"case": "spherical", "bias": true, "weight_decay": 0.1, "classes": 3, "#
      + #""samples_per_class": 2, "feature_dimension": 4}"#
    try folder.put(
      SmallScenario.text(
        model: model, #""time": {"end": 1, "at": [0]}"#,
        #""solvers": [{"kind": "ode", "step": 0.1, "relative_tolerance": 1}]"#), in: "s.json")
    let result = try await DynProcess.run(["validate", "s.json"], in: folder)
    #expect(result.status == 65)
    for fragment in ["time.end", "solvers[0].relative_tolerance", "weight decay", "bias"] {
      #expect(result.error.contains(fragment), "\(result.error) lacks \(fragment)")
    }
  }
}
