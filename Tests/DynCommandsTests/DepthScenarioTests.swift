import Foundation
import NumpyFiles
import TestSupport
import Testing

/// Linear layers under the unhinged loss as users meet them.
@Suite struct DepthScenarioTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private var path: String {
    CommandFolder.scenarios.appendingPathComponent("beyond/depth.json").path
  }

  private static func layered(_ keys: String = "", count: Int = 2) -> String {
    """
    {"model": {"classes": 4, "samples_per_class": 4, "feature_dimension": 6,
       "layers": {"count": \(count), "width": 5}},
     "initial_state": {"kind": "aligned", "scale": 1}, "time": {"end": 5, "outputs": 6}\(keys)}
    """
  }

  /// sigma = (1 + gamma)/(C sqrt N) = 1/6: blow-up at 6/u with two layers, 3/u^2 with three.
  @Test func theScenarioShowsTheScalesOfTheBlowUp() async throws {
    try await expectSuccess(["simulate", path, "-o", "d.csv", "--quiet"], in: folder)
    let table = try CSVTable(try folder.text(of: "d.csv"))
    let (layers, scales) = (
      try table.numbers("model.layers.count"), try table.numbers("initial_state.scale")
    )
    let (times, left) = (try table.numbers("time"), try table.numbers("time_to_blow_up"))
    let errors = try table.numbers("relative_error")
    var found: Set<[Double]> = []
    for row in times.indices {
      guard layers[row] > 1 else { continue }
      found.insert([layers[row], scales[row]])
      let end = layers[row] == 2 ? 6 / scales[row] : 3 / (scales[row] * scales[row])
      #expect(abs(times[row] + left[row] - end) <= 1e-13 * end)
      #expect(times[row] < end)
    }
    #expect(found.count == 6)
    let solvers = try table.texts("solver")
    for row in times.indices where solvers[row] == "ode" { #expect(errors[row] <= 1e-6) }
    // Of one layer the features grow like e^(t/6).
    let norms = try table.numbers("norm_h")
    for row in times.indices where layers[row] == 1 && solvers[row] == "closed_form" {
      let expected = scales[row] * 3.squareRoot() * exp(times[row] / 6)
      #expect(abs(norms[row] / expected - 1) <= 1e-14)
    }
  }

  @Test func theSummaryPredictsTheBlowUp() async throws {
    try folder.put(Self.layered(), in: "d.json")
    let result = try await expectSuccess(["simulate", "d.json"], in: folder)
    let summary = SummaryText(result.output)
    #expect(
      try summary.rest(after: "blow-up: ")
        == "at t = 6, zeta_w = 6, of the 3 modes with singular value 0.16667")
    #expect(try summary.rest(after: "limit direction: ") == "reached at the blow-up")
    let decayed = try await expectSuccess(
      [
        "simulate", "d.json", "--set", "model.case=regularized", "--set",
        "model.weight_decay=0.25",
      ], in: folder)
    #expect(
      try SummaryText(decayed.output).rest(after: "blow-up: ")
        == "none, weight decay is too strong for this start")
  }

  /// Behind the blow-up every solver keeps its rows, says why it stops, and the status is 1.
  @Test func whatLiesBehindIsSaid() async throws {
    try folder.put(
      Self.layered(#", "solvers": [{"kind": "closed_form"}, {"kind": "ode"}]"#), in: "d.json")
    let result = try await DynProcess.run(
      ["simulate", "d.json", "-o", "d.csv", "--set", "time.end=10"], in: folder)
    #expect(result.status == 1)
    #expect(result.error.contains("there is no state at t = 6"))
    #expect(result.error.contains("in finite time, here at t = 6"))
    let table = try CSVTable(try folder.text(of: "d.csv"))
    #expect(try table.column("time", of: "closed_form") == [0, 2, 4])
    #expect(try table.column("time", of: "ode") == [0, 2, 4])
  }

  @Test func verificationPasses() async throws {
    try folder.put(
      Self.layered(#", "solvers": [{"kind": "closed_form"}, {"kind": "ode"}]"#), in: "d.json")
    for set in ["model.layers.count=3", "initial_state.scale=[1,0.5,0.75]", "time.end=12"] {
      let result = try await expectSuccess(["verify", "d.json", "--set", set], in: folder)
      #expect(result.output.contains("exact flow against ode"))
      #expect(result.output.contains(", 0 fail"))
    }
  }

  /// Layers of an archive are a start again, recognised as aligned; the others are named.
  @Test func layersContinueFromAnArchive() async throws {
    try folder.put(Self.layered(), in: "d.json")
    try await expectSuccess(
      [
        "simulate", "d.json", "--quiet", "-o", "a.csv", "--states", "a.npz", "--set",
        "time={\"at\":[3]}",
      ],
      in: folder)
    let start = """
      initial_state={"features": {"kind": "file", "path": "a.npz", "array": "closed_form_H"},
        "prototypes": {"kind": "file", "path": "a.npz", "array": "closed_form_W"}}
      """
    let whole = ["simulate", "d.json", "--quiet", "-o", "b.csv", "--states", "b.npz"]
    try await expectSuccess(
      whole + ["--set", start, "--set", "time={\"at\":[2]}"], in: folder)
    try await expectSuccess(
      [
        "simulate", "d.json", "--quiet", "-o", "c.csv", "--states", "c.npz", "--set",
        "time={\"at\":[5]}",
      ],
      in: folder)
    for name in ["closed_form_W1", "closed_form_W2", "closed_form_H"] {
      let (continued, direct) = (
        try #require(try folder.array(name, of: "b.npz").reals),
        try #require(try folder.array(name, of: "c.npz").reals)
      )
      for (left, right) in zip(continued, direct) { #expect(abs(left - right) <= 1e-13 * 6) }
    }
    let unnamed = start.replacing(#", "array": "closed_form_W""#, with: "")
    let refused = try await DynProcess.run(whole + ["--set", unnamed], in: folder)
    #expect(refused.status == 65 || refused.status == 66)
    let other = start.replacing("closed_form_W", with: "closed_form_H")
    let wrong = try await DynProcess.run(whole + ["--set", other], in: folder)
    #expect(wrong.status != 0)
  }

  @Test func closedFormsThatDoNotExistAreRefused() async throws {
    try folder.put(Self.layered(count: 3), in: "d.json")
    try await expectRefusal(
      ["simulate", "d.json", "--set", "initial_state.scale=[1,1,1,0.5]"], status: 65,
      ["features and two layers, or more layers of equal size", "list ode or gradient_descent"],
      in: folder)
    try await expectRefusal(
      ["simulate", "d.json", "--set", #"initial_state={"seed":1}"#], status: 65,
      ["aligned starts only", #"set initial_state to {"kind": "aligned"}"#], in: folder)
  }
}

extension CSVTable {
  /// One column of a sweep as texts.
  fileprivate func texts(_ name: String) throws -> [String] {
    let column = try #require(header.firstIndex(of: name), "there is no column \(name)")
    return rows.map { $0[column] }
  }

  /// One column of a sweep as numbers.
  fileprivate func numbers(_ name: String) throws -> [Double] {
    try texts(name).map { try #require(Double($0), "\($0) is no number") }
  }
}
