import Testing

/// Refusals of sizes that do not fit, made before anything large is allocated.
@Suite struct MemoryTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private func run(_ model: String, _ keys: String) async throws -> DynProcess.Result {
    let text = "{\"model\": {\(model)}" + (keys.isEmpty ? "" : ", \(keys)") + "}"
    try folder.put(text, in: "s.json")
    return try await DynProcess.shell(
      "ulimit -v 4194304 && exec dyn simulate s.json -o out.csv", in: folder)
  }

  private static let wide =
    #""classes": 1000, "samples_per_class": 1000, "feature_dimension": 1000000"#
  private static let many =
    #""classes": 1000, "samples_per_class": 10000000, "feature_dimension": 10"#
  private static let long =
    #""classes": 10, "samples_per_class": 1000000000, "feature_dimension": 10"#
  private static let zeros = #""initial_state": {"features": {"kind": "zeros"}}"#

  /// The model, further keys, what is too large and what to do instead.
  @Test(
    arguments: [
      (wide, #""solvers": [{"kind": "ode"}]"#, "the initial state", "set \"compare\" to false"),
      (
        wide, #""solvers": [{"kind": "ode"}], "compare": false"#, "the moving state of ode",
        "use closed_form"
      ),
      (
        wide, #""solvers": [{"kind": "ode", "method": "msadams", "name": "adams"}]"#,
        "the work space of adams", "choose another method"
      ),
      (
        wide,
        #""solvers": [{"kind": "gradient_descent", "momentum": 0.5}], "compare": false"#,
        "gradient_descent", "lower feature_dimension"
      ),
      (
        #""classes": 1000, "samples_per_class": 1000, "feature_dimension": 1000000, "loss": {"kind": "cross_entropy"}"#,
        #""solvers": [{"kind": "ode"}]"#, "the work space of ode", "choose another method"
      ),
      (
        wide, #""observables": ["loss", "alignment"]"#, "full states for alignment",
        "leave alignment out"
      ),
      (many, #""observables": ["accuracy"]"#, "logits for accuracy", "leave accuracy out"),
      (wide, "", "the modes and their tables", "lower classes or feature_dimension"),
      (
        long, "\(zeros), \"observables\": [\"loss\"]", "the initial state",
        "\"representation\" to \"reduced\""
      ),
    ] as [(String, String, String, String)])
  func namesWhatIsTooLargeAndWhatToDo(
    model: String, keys: String, what: String, remedy: String
  ) async throws {
    let result = try await run(model, keys)
    #expect(result.status == 65, "\(result.error.prefix(300))")
    #expect(result.errorLines.count == 1, "\(result.error.prefix(300))")
    for fragment in ["s.json: model: the scenario needs about", what, remedy, "free"] {
      #expect(result.error.contains(fragment), "\(result.error.prefix(400)) lacks \(fragment)")
    }
    #expect(try folder.names() == ["s.json"])
  }

  /// 8 p (n + C) bytes a solver, as many in the archive, and one more while it is made.
  @Test func finalStatesAreCounted() async throws {
    let text = """
      {"model": {"classes": 10, "samples_per_class": 100, "feature_dimension": 50},
       "solvers": [{"kind": "closed_form"}, {"kind": "ode"}, {"kind": "gradient_descent"}]}
      """
    try folder.put(text, in: "s.json")
    let command = "dyn simulate s.json -o out.csv"
    let without = try await DynProcess.shell(command, in: folder)
    let with = try await DynProcess.shell(command + " --states out.npz", in: folder)
    #expect(without.status == 0 && !without.output.contains("final states"))
    #expect(with.status == 0 && with.output.contains("(the final states and their archive 2.7 MiB"))
  }

  /// 5000 members of 80 MB each are refused together, although each would fit.
  @Test func finalStatesOfAllMembersMustFit() async throws {
    let text = """
      {"model": {"classes": 10, "samples_per_class": 1000, "feature_dimension": 1000},
       "observables": ["loss"], "sweep": {"initial_state.seed": \(Array(1...5000))}}
      """
    try folder.put(text, in: "s.json")
    let result = try await DynProcess.shell(
      "dyn simulate s.json -o out.csv --states out.npz", in: folder)
    #expect(result.status == 65, "\(result.error.prefix(300))")
    #expect(result.errorLines.count == 1)
    for fragment in ["the final states and their archive 745.9 GiB", "leave --states out"] {
      #expect(result.error.contains(fragment), "\(result.error.prefix(400)) lacks \(fragment)")
    }
    #expect(try folder.names() == ["s.json"])
  }

  /// 10^10 samples in 4 GiB: closed form and exact descent need only class means.
  @Test func theMemoryAtHandReduces() async throws {
    let result = try await run(
      #""classes": 10, "samples_per_class": 1000000000, "feature_dimension": 100"#,
      #""observables": ["loss", "norm_h", "nc1_quot"], "time": {"at": [0, 1]}"#)
    #expect(result.status == 0, "\(result.error.prefix(300))")
    #expect(result.output.contains("reduced to class means and scatter"))
    let table = try CSVTable(try folder.text(of: "out.csv"))
    // |H|^2 is chi-squared with p n degrees of freedom: 10^12 within 10^-5 of it.
    let norm = try #require(table.column("norm_h", of: "closed_form").first)
    #expect(abs(norm / 1e6 - 1) <= 1e-5)
    // The scatter within classes over that of their means: n (n_c - 1)/n_c against C - 1 and n_c.
    let quotient = try #require(table.column("nc1_quot", of: "closed_form").first)
    #expect(quotient > 0.5e9 * 10 / 9 && quotient < 2e9 * 10 / 9)
  }

  /// A choice of the full one is kept.
  @Test func fullStaysFull() async throws {
    let result = try await run(
      #""classes": 10, "samples_per_class": 1000000000, "feature_dimension": 100, "representation": "full""#,
      #""observables": ["loss"]"#)
    #expect(result.status == 65)
    #expect(result.error.contains("the initial state"), "\(result.error.prefix(300))")
  }
}
