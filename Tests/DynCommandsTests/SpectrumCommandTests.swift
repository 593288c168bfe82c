import DynIO
import Dynamics
import Foundation
import Testing

/// `dyn spectrum` as a user runs it.
@Suite struct SpectrumCommandTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private static let saddle = #"""
    {"model": {"loss": {"kind": "cross_entropy"}, "classes": 4, "feature_dimension": 6,
      "samples_per_class": [20, 20, 2, 2], "weight_decay": 5e-3},
     "initial_state": {"kind": "saddle", "saddle": "minority_collapse", "offset": 0},
     "time": {"end": 0, "outputs": 1}, "solvers": [{"kind": "ode"}]}
    """#

  private func json(_ arguments: [String]) async throws -> Fields {
    let result = try await expectSuccess(
      ["spectrum", "s.json", "--format", "json"] + arguments, in: folder)
    return Fields(try JSONParser.parse(result.output))
  }

  /// The known numbers of the minority-collapse saddle.
  @Test func theReportIsMachineReadable() async throws {
    try folder.put(Self.saddle, in: "s.json")
    let report = try await json([])
    #expect(try report.number("gradient_norm") <= 1e-14)
    let total = report.fields("total")
    #expect(abs(try total.number("lambda_min") + 0.0271412) <= 5e-8)
    #expect(try total.integer("index") == 10)
    #expect(try total.string("method") == "collapsed")
    let classes = report.list("classes").map(Fields.init)
    #expect(classes.count == 4)
    #expect(abs(try classes[0].number("lambda_min") + 0.0132522) <= 5e-8)
    #expect(abs(try classes[3].number("lambda_min") + 0.6123724) <= 5e-8)
    let certificate = report.fields("certificate")
    #expect(certificate["global_minimum"] == .boolean(false))
    #expect(try certificate.number("bound") == 5e-3)
    #expect(try certificate.number("sigma_max") > 5e-3)
  }

  /// By what was asked for, not by what succeeded; the member that failed is named.
  @Test func aRefusedMemberDoesNotChangeTheForm() async throws {
    try folder.put(
      Self.saddle.replacing(
        "\"solvers\"", with: "\"sweep\": {\"model.weight_decay\": [5e-3, 10]}, \"solvers\""),
      in: "s.json")
    let result = try await DynProcess.run(["spectrum", "s.json", "--format", "json"], in: folder)
    #expect(result.status == 1)
    #expect(result.error.contains("[model.weight_decay=10]"), "\(result.error)")
    guard case .list(let reports) = try JSONParser.parse(result.output) else {
      Issue.record("no list: \(result.output)")
      return
    }
    #expect(reports.count == 1)
  }

  /// Away from collapse the three methods are told apart and agree.
  @Test func methodsAgree() async throws {
    try folder.put(
      Self.saddle.replacing("\"offset\": 0", with: "\"offset\": 1"), in: "s.json")
    let dense = try await json([])
    let lanczos = try await json(["--dense-limit", "0"])
    #expect(try dense.fields("total").string("method") == "dense")
    let total = lanczos.fields("total")
    #expect(try total.string("method") == "lanczos")
    #expect(total["index"] == .null && total["converged"] == .boolean(true))
    #expect(try total.number("residual") <= 1e-9)
    for key in ["lambda_min", "lambda_max", "trace"] {
      #expect(abs(try total.number(key) - dense.fields("total").number(key)) <= 1e-8)
    }
  }

  @Test func theTableHasARowAClass() async throws {
    try folder.put(Self.saddle, in: "s.json")
    let result = try await expectSuccess(["spectrum", "s.json"], in: folder)
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines.contains { $0.contains("a strict saddle") })
    #expect(lines.filter { $0.hasPrefix("class ") }.count == 4)
    #expect(lines.contains { $0.hasPrefix("total") && $0.contains("-0.027141") })
  }

  @Test(arguments: [[], ["--dense-limit", "0"]]) func densitiesAreDrawn(
    options: [String]
  ) async throws {
    try folder.put(Self.saddle, in: "s.json")
    try await expectSuccess(["spectrum", "s.json", "--plot", "s.svg"] + options, in: folder)
    let figure = try folder.text(of: "s.svg")
    #expect(figure.contains("class 3") && figure.contains("density"))
  }

  @Test func refusals() async throws {
    try folder.put(SmallScenario.text(), in: "free.json")
    try folder.put(
      SmallScenario.text(
        model: SmallScenario.model.dropLast() + #", "case": "ntk_invariant"}"#), in: "s.json")
    try await expectRefusal(
      ["spectrum", "s.json"], status: 65, ["model.case: ", "case ntk_invariant"], in: folder)
    try folder.put(
      SmallScenario.text(
        model: SmallScenario.model.dropLast() + #", "case": "ntk_invariant"}"#,
        #""solvers": [{"kind": "sam", "rho": 0.1}]"#), in: "sam.json")
    try await expectRefusal(
      ["simulate", "sam.json"], status: 65, ["sam.json: solvers[0]: ", "case ntk_invariant"],
      in: folder)
    for option in [["--probes", "10001"], ["--steps", "10001"], ["--threads", "1025"]] {
      let result = try await DynProcess.run(["spectrum", "free.json"] + option, in: folder)
      #expect(result.status == 64 && result.error.contains(option[0] + " is"), "\(result.error)")
    }
    try await expectRefusal(
      ["spectrum", "free.json", "--plot", "x.txt"], status: 64, ["x.txt"], in: folder)
    try await expectRefusal(
      ["spectrum", "free.json", "--solver", "odd"], status: 64, ["no solver is called"],
      in: folder)
  }

  /// Every composition with a landscape has spectra, at a state that its own solvers reach.
  @Test(arguments: [
    #""case": "anchored", "loss": {"kind": "focal", "exponent": 1}"#,
    #""case": "spherical", "loss": {"kind": "cross_entropy"}"#, #""case": "normalized""#,
    #""loss": {"kind": "mse"}, "layers": {"count": 2, "width": 4}"#,
    #""loss": {"kind": "ldam"}, "layers": {"count": 3, "width": 4}"#,
  ]) func compositionsHaveSpectra(keys: String) async throws {
    let folder = try CommandFolder()
    try folder.put(
      SmallScenario.text(
        model: SmallScenario.model.dropLast() + ", \(keys)}",
        #""solvers": [{"kind": "ode"}, {"kind": "sam", "rho": 0.1}]"#), in: "s.json")
    try await expectSuccess(["spectrum", "s.json"], in: folder)
    try await expectSuccess(["simulate", "s.json"], in: folder)
  }

  @Test func spectraAreColumnsAlongATrajectory() async throws {
    let scenario = Self.saddle.replacing(
      #""time": {"end": 0, "outputs": 1}"#,
      with: #""time": {"end": 40, "outputs": 5}, "spectrum": {"every": 2}, "observables": []"#)
    try folder.put(scenario, in: "s.json")
    try await expectSuccess(["simulate", "s.json"] + quietly, in: folder)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    let smallest = try table.column("hessian_lambda_min", of: "ode")
    #expect(smallest.map(\.isNaN) == [false, true, false, true, false])
    #expect(smallest.filter { !$0.isNaN }.allSatisfy { abs($0 + 0.0271412) <= 5e-8 })
    #expect(try table.column("class_3_lambda_min", of: "ode")[0] < -0.61)
  }

  /// Escape times stand beside linear theory.
  @Test func escapesAreReported() async throws {
    let scenario = Self.saddle
      .replacing("\"offset\": 0", with: "\"offset\": 0.01")
      .replacing(
        #""time": {"end": 0, "outputs": 1}, "solvers": [{"kind": "ode"}]"#,
        with: #"""
          "time": {"end": 400, "outputs": 201}, "observables": ["objective"],
          "stop_when": {"observable": "objective", "below": 0.283915},
          "solvers": [{"kind": "gradient_descent", "step": 2},
            {"kind": "sam", "rho": 0.05, "step": 2}]
          """#)
    try folder.put(scenario, in: "s.json")
    let result = try await expectSuccess(["simulate", "s.json", "-o", "out.csv"], in: folder)
    #expect(result.output.contains("escape from the saddle"))
    let rows = result.output.split(separator: "\n").filter { $0.contains("-0.027141") }
    let cells = rows.map { $0.split(separator: " ").map(String.init) }
    #expect(cells.count == 2)
    let times = try cells[0][2...3].map { try #require(Double($0)) }
    #expect(abs(times[0] / times[1] - 1) <= 0.1)
    #expect(cells[1].last == "0.05" && cells[1].contains("never"))
  }
}
