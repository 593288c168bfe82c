import Foundation
import NumpyFiles
import Testing

/// Drawn features are the user's columns, whatever the order of the labels: the same as the values
/// that they are.
@Suite struct DrawnOrderTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private static let labels = [
    "[2, 0, 1, 0, 2, 2]", "[2, 2, 1, 1, 0, 0]", "[1, 0, 2, 1, 0, 0]", "[0, 1, 2, 0, 1, 2]",
  ]
  private static let cases = [
    "", #", "case": "spherical""#, #", "class_weights": [1, 2, 0.5], "bias": true"#,
    #", "loss": {"kind": "cross_entropy"}"#,
  ]

  private func scenario(_ labels: String, _ keys: String, start: String = "") -> String {
    SmallScenario.text(
      model: "{\"classes\": 3, \"feature_dimension\": 4, "
        + "\"labels\": {\"kind\": \"values\", \"values\": \(labels)}\(keys)}",
      "\"initial_state\": {\"seed\": 5\(start)}", SmallScenario.threeTimes,
      #""solvers": [{"kind": "ode"}, {"kind": "gradient_descent", "step": 0.25}]"#)
  }

  private func simulate(_ scenario: String, _ name: String, _ options: [String] = []) async throws {
    try folder.put(scenario, in: "s.json")
    try await expectSuccess(
      ["simulate", "s.json", "--quiet", "-o", name + ".csv", "--states", name + ".npz"] + options,
      in: folder)
  }

  private func features(_ name: String) throws -> [Double] {
    try #require(try folder.array("ode_H", of: name + ".npz").reals)
  }

  @Test(arguments: labels.prefix(2), cases) func drawnIsGiven(labels: String, keys: String)
    async throws
  {
    let drawn = scenario(labels, keys)
    let start = ["--set", "time={\"at\": [0]}"]
    try await simulate(drawn, "start", start)
    // The numbers do not depend on the labels: the same as of labels in order.
    try await simulate(scenario("[0, 0, 1, 1, 2, 2]", keys), "sorted", start)
    let columns = try features("start")
    #expect(columns == (try features("sorted")))
    #expect(Set(columns).count == columns.count, "every entry is told from the others")
    let rows = (0..<4).map { row in "\(Array(columns[row * 6..<row * 6 + 6]))" }
    let values =
      #", "features": {"kind": "values", "values": ["# + rows.joined(separator: ", ") + "]}"
    try await simulate(drawn, "drawn")
    try await simulate(scenario(labels, keys, start: values), "given")
    #expect(try folder.text(of: "drawn.csv") == folder.text(of: "given.csv"))
    for array in ["ode_H", "ode_W", "gradient_descent_H", "y"] {
      #expect(try folder.array(array, of: "drawn.npz") == folder.array(array, of: "given.npz"))
    }
    // Not that of the sorted labels.
    try await simulate(scenario("[0, 0, 1, 1, 2, 2]", keys), "sorted")
    #expect(try folder.text(of: "drawn.csv") != folder.text(of: "sorted.csv"))
  }

  /// The mean loss of the drawn start by its definition, sample by sample in the user's order.
  @Test(arguments: labels) func theLossIsOfTheUsersLabels(labels: String) async throws {
    try await simulate(scenario(labels, ""), "s", ["--set", "time={\"at\": [0]}"])
    let (h, w) = (
      try features("s"), try #require(try folder.array("ode_W", of: "s.npz").reals)
    )
    let given = labels.compactMap(\.wholeNumberValue)
    let losses = given.enumerated().map { sample, label in
      let logits = (0..<3).map { other in
        (0..<4).map { h[$0 * 6 + sample] * w[$0 * 3 + other] }.reduce(0, +)
      }
      return -logits[label] + 0.5 * (logits.reduce(0, +) - logits[label])
    }
    let loss = try CSVTable(try folder.text(of: "s.csv")).column("loss", of: "ode")[0]
    #expect(abs(loss - losses.reduce(0, +) / 6) <= 1e-14)
  }
}
