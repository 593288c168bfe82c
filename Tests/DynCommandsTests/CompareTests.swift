import Testing

/// `"compare": false`.
@Suite struct CompareTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  static let solvers = [
    #"{"kind": "closed_form"}"#, #"{"kind": "ode"}"#, #"{"kind": "ode", "method": "dopri5"}"#,
    #"{"kind": "gradient_descent", "step": 0.1}"#,
    #"{"kind": "gradient_descent", "step": 0.1, "form": "exact"}"#,
    #"{"kind": "ode"}, {"kind": "gradient_descent", "step": 0.1}, {"kind": "closed_form"}"#,
  ]
  static let models = [
    #"{"classes": 3, "samples_per_class": 9, "feature_dimension": 10, "bias": true}"#,
    #"{"classes": 3, "samples_per_class": [2, 9, 3], "feature_dimension": 4, "case": "spherical"}"#,
    #"{"classes": 3, "samples_per_class": 2, "feature_dimension": 4, "case": "ntk_invariant"}"#,
    #"{"classes": 3, "feature_dimension": 2, "labels": {"kind": "values", "values": [2, 0, 1, 0]}}"#,
  ]

  @Test(arguments: solvers, models) func onlyTheErrorIsMissing(
    solvers: String, model: String
  ) async throws {
    var tables: [CSVTable] = []
    for compares in [true, false] {
      try folder.put(
        SmallScenario.text(
          model: model, "\"solvers\": [\(solvers)]", "\"compare\": \(compares)",
          #""time": {"at": [0, 0.5, 3]}"#),
        in: "s.json")
      try await expectSuccess(
        ["simulate", "s.json", "--states", "\(compares).npz"] + quietly, in: folder)
      tables.append(try CSVTable(try folder.text(of: "out.csv")))
    }
    let (with, without) = (tables[0], tables[1])
    #expect(with.header == without.header)
    let error = try #require(with.header.firstIndex(of: "relative_error"))
    #expect(with.rows.count == without.rows.count && !with.rows.isEmpty)
    for (left, right) in zip(with.rows, without.rows) {
      #expect(Double(left[error])?.isFinite == true)
      #expect(right[error] == "nan")
      var (left, right) = (left, right)
      left.remove(at: error)
      right.remove(at: error)
      #expect(left == right)
    }
    let arrays = solvers.contains("closed_form") ? ["closed_form_H", "closed_form_W"] : []
    for array in arrays {
      #expect(try folder.array(array, of: "true.npz") == folder.array(array, of: "false.npz"))
    }
  }

  @Test(arguments: ["1", "\"no\"", "null", "[]"]) func refusesWhatIsNoBoolean(
    value: String
  ) async throws {
    try folder.put(SmallScenario.text("\"compare\": \(value)"), in: "s.json")
    for command in ["validate", "simulate"] {
      try await expectRefusal([command, "s.json"], status: 65, ["s.json: compare: "], in: folder)
    }
  }
}
