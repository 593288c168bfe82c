import Foundation
import NumpyFiles
import TestSupport
import Testing

/// Scenarios with layers, multipliers and normalised steps as users meet them.
@Suite struct ImbalanceScenarioTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  static let names: [String] = {
    let path = CommandFolder.scenarios.appendingPathComponent("imbalance").path
    let names = try? FileManager.default.contentsOfDirectory(atPath: path)
    return (names ?? []).filter { $0.hasSuffix(".json") }.sorted()
  }()

  @Test func allAreValid() async throws {
    #expect(Self.names.count == 7)
    let paths = Self.names.map {
      CommandFolder.scenarios.appendingPathComponent("imbalance/" + $0).path
    }
    let result = try await DynProcess.run(["validate"] + paths, in: folder)
    #expect(result.status == 0)
    #expect(result.output.split(separator: "\n").count == 7)
  }

  private static let layered = """
    {"model": {"loss": {"kind": "mse"}, "classes": 3, "samples_per_class": [4, 2, 1],
      "feature_dimension": 3, "bias": true, "layers": {"count": 2, "width": 3},
      "weight_decay": {"features": 0.01, "prototypes": [0.02, 0.03]}},
     "time": {"end": 20, "outputs": 3},
     "solvers": [{"kind": "ode"}, {"kind": "gradient_descent", "step": 0.01},
       {"kind": "gradient_descent", "name": "halved", "step": 0.005}]}
    """

  @Test func layersAreTrainedAndKept() async throws {
    try folder.put(Self.layered, in: "layers.json")
    let result = try await DynProcess.run(
      ["simulate", "layers.json", "-o", "a.csv", "--states", "a.npz", "--quiet"], in: folder)
    #expect(result.status == 0, "\(result.error)")
    let (first, second) = (
      try folder.array("gradient_descent_W1", of: "a.npz"),
      try folder.array("gradient_descent_W2", of: "a.npz")
    )
    #expect(first.shape == [3, 3] && second.shape == [3, 3])
    let product = try folder.array("gradient_descent_W", of: "a.npz")
    let (left, right) = (try #require(second.reals), try #require(first.reals))
    let whole = try #require(product.reals)
    for row in 0..<3 {
      for column in 0..<3 {
        let entry = (0..<3).reduce(0) { $0 + left[row * 3 + $1] * right[$1 * 3 + column] }
        // W is p x C, the transpose of the layers' product.
        #expect(abs(entry - whole[column * 3 + row]) <= 1e-14)
      }
    }
    let table = try CSVTable(try folder.text(of: "a.csv"))
    let objectives = try table.column("objective", of: "ode")
    #expect(objectives[2] < objectives[1] && objectives[1] < objectives[0])
    // Descent follows the flow to first order in its step.
    let errors = try ["gradient_descent", "halved"].map {
      try table.column("relative_error", of: $0)[2]
    }
    #expect(errors[1] > 1e-8)
    #expect(abs(errors[0] / errors[1] - 2) <= 0.1)
  }

  static let faults: [(set: [String], status: Int32, words: String)] = [
    (
      [#"initial_state.prototypes={"kind":"simplex_etf"}"#], 65,
      "arrays of kind \"normal\", \"zeros\" or \"file\" only"
    ),
    (["model.layers.width=1000000000"], 65, "are free: lower either"),
    (["model.layers.width=0"], 65, "a whole number at least 1"),
    (["model.layers.count=101"], 65, "at most 100"),
    (["model.case=anchored"], 65, "has one matrix of prototypes, not a product"),
    (
      [#"model.weight_decay.prototypes=[1,2,3]"#], 65, "3 decays for 2 layers"
    ),
    ([#"model.weight_decay.prototypes=[1,-2]"#], 65, "a number at least 0"),
    (["solvers[1].normalize=loss"], 65, "bound the curvature"),
    (["solvers[1].normalize=losses"], 65, "did you mean \"loss\""),
    (["solvers[0].method=bsimp"], 65, "needs a Jacobian"),
  ]

  @Test(arguments: faults.indices) func badInputIsOneClearLine(index: Int) async throws {
    let fault = Self.faults[index]
    try folder.put(Self.layered, in: "layers.json")
    let result = try await DynProcess.run(
      ["simulate", "layers.json", "-o", "a.csv"] + fault.set.flatMap { ["--set", $0] }, in: folder)
    #expect(result.status == fault.status)
    #expect(result.error.contains(fault.words), "\(result.error)")
  }

  @Test func normalisedDescentRefusesMomentumAndDecay() async throws {
    try folder.put(
      """
      {"model": {"loss": {"kind": "ldam"}, "classes": 3, "samples_per_class": [4, 2, 1],
        "feature_dimension": 3},
       "time": {"end": 3, "outputs": 2},
       "solvers": [{"kind": "gradient_descent", "normalize": "loss"}]}
      """, in: "n.json")
    let plain = try await DynProcess.run(["simulate", "n.json", "-o", "-", "--quiet"], in: folder)
    #expect(plain.status == 0)
    for (set, words) in [
      ("solvers[0].momentum=0.9", "no momentum"), ("model.weight_decay=0.1", "weight decay"),
    ] {
      let result = try await DynProcess.run(["simulate", "n.json", "--set", set], in: folder)
      #expect(result.status == 65)
      #expect(result.error.contains(words))
    }
  }
}
