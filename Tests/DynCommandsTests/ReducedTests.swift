import Dynamics
import Foundation
import NumpyFiles
import TestSupport
import Testing

/// `"representation": "reduced"`.
@Suite struct ReducedTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private static let sizes = #""classes": 3, "samples_per_class": 4, "feature_dimension": 5"#
  private static let reduced = #""representation": "reduced""#

  /// Rows of numbers as JSON, every one to its last bit.
  private static func values(_ rows: Int, _ columns: Int, _ seed: UInt64) -> String {
    var random = RandomNumbers(seed)
    let lists = (0..<rows).map { _ in
      (0..<columns).map { _ in Double.random(in: -1.7...1.7, using: &random) }
    }
    return "{\"kind\": \"values\", \"values\": \(lists)}"
  }

  private static let state =
    "\"initial_state\": {\"features\": \(values(5, 12, 1)), \"prototypes\": \(values(5, 3, 2))"

  static let models = [
    sizes, "\(sizes), \"bias\": true",
    "\(sizes), \"bias\": true, \"weight_decay\": {\"features\": 0.05, \"prototypes\": 0.08}",
    "\(sizes), \"case\": \"anchored\", \"weight_decay\": 0.05",
    #""samples_per_class": [7, 4, 1], "class_weights": "inverse_frequency", "bias": true"#,
    #""labels": {"kind": "values", "values": [2, 0, 1, 0, 2, 2, 1, 0, 0, 2, 2, 2]}"#,
    "\(sizes), \"loss\": {\"kind\": \"unhinged\", \"gamma\": 0.1}",
  ]
  static let rates = [
    #"{"kind": "proportional", "ratio": 0.7}"#,
    #"{"kind": "cosine", "value": 0.8, "final": 0.1, "period": 3}"#,
  ]

  @Test(arguments: models, rates) func agreesWithTheFullOne(
    model: String, rate: String
  ) async throws {
    let shared = Observables.all.filter { !$0.needsSamples }.map(\.name)
    #expect(shared.count > 12)
    let solvers = #"""
      {"kind": "closed_form"}, {"kind": "gradient_descent", "step": 0.1, "form": "exact"},
      {"kind": "gradient_descent", "name": "m", "step": 0.1, "form": "exact", "momentum": 0.8}
      """#
    var tables: [CSVTable] = []
    for representation in ["full", "reduced"] {
      try folder.put(
        SmallScenario.text(
          model: "{\(model), \"representation\": \"\(representation)\"}",
          Self.state + (model.contains("bias\": true") ? #", "bias": {"kind": "normal"}}"# : "}"),
          "\"solvers\": [\(solvers)]", "\"observables\": \(shared)",
          "\"learning_rate\": {\"features\": \(rate)}", #""time": {"at": [0, 0.5, 2, 9]}"#),
        in: "s.json")
      try await expectSuccess(["simulate", "s.json"] + quietly, in: folder)
      tables.append(try CSVTable(try folder.text(of: "out.csv")))
    }
    #expect(tables[0].header == tables[1].header)
    #expect(tables[0].header.count == shared.count + 5)
    #expect(tables[0].rows.count == 12 && tables[1].rows.count == 12)
    for (full, reduced) in zip(tables[0].rows, tables[1].rows) {
      #expect(full[..<4] == reduced[..<4])
      for (index, name) in tables[0].header.enumerated().dropFirst(4) {
        let expected = try #require(Double(full[index]))
        let found = try #require(Double(reduced[index]))
        let agrees =
          expected.isNaN
          ? found.isNaN : abs(found - expected) <= 1e-12 * max(1, abs(expected))
        #expect(agrees, "\(full[0]) at \(full[1]): \(name) is \(found), not \(expected)")
      }
    }
  }

  @Test(arguments: [
    (#""solvers": [{"kind": "ode"}]"#, "solvers[0]", "\"full\""),
    (#""solvers": [{"kind": "gradient_descent"}]"#, "solvers[0]", "\"exact\""),
    (
      #""solvers": [{"kind": "closed_form"}, {"kind": "ode", "method": "dopri5"}]"#,
      "solvers[1]", "closed_form"
    ),
    (
      #""stop_when": {"observable": "accuracy", "below": 0.5}"#, "model.representation",
      "accuracy"
    ),
  ]) func refusesWhatNeedsSamples(keys: String, place: String, fragment: String) async throws {
    let model = "{\(Self.sizes), \(Self.reduced)}"
    try folder.put(SmallScenario.text(model: model, keys), in: "s.json")
    for command in ["simulate", "validate", "verify"] {
      try await expectRefusal(
        [command, "s.json"], status: 65, ["s.json: \(place): ", fragment], in: folder)
    }
  }

  @Test(arguments: Observables.all.filter(\.needsSamples).map(\.name))
  func refusesObservablesOfSamples(name: String) async throws {
    let model = "{\(Self.sizes), \(Self.reduced)}"
    try folder.put(
      SmallScenario.text(model: model, "\"observables\": [\"loss\", \"\(name)\"]"), in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65,
      ["s.json: model.representation: \(name) needs the samples", "leave \(name) out"],
      in: folder)
  }

  @Test(arguments: [
    #""case": "spherical""#, #""case": "ntk_invariant""#,
    #""loss": {"kind": "cross_entropy"}"#, #""loss": {"kind": "mse"}"#,
  ]) func refusesOtherCasesAndLosses(key: String) async throws {
    let model = "{\(Self.sizes), \(Self.reduced), \(key)}"
    try folder.put(
      SmallScenario.text(model: model, #""solvers": [{"kind": "ode"}]"#), in: "s.json")
    for command in ["simulate", "validate"] {
      try await expectRefusal(
        [command, "s.json"], status: 65,
        ["s.json: model.representation: ", "does not reduce", "leave the key out"], in: folder)
    }
  }

  /// There are no samples to save or to check.
  @Test(arguments: [5, 50], [1, 4]) func refusesStatesAndVerification(
    dimension: Int, size: Int
  ) async throws {
    let model =
      "{\"classes\": 3, \"samples_per_class\": \(size), \"feature_dimension\": \(dimension), "
      + "\(Self.reduced)}"
    try folder.put(SmallScenario.text(model: model), in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json", "--states", "f.npz"] + quietly, status: 65,
      ["s.json: model.representation: --states needs the samples", "\"full\""], in: folder)
    let result = try await DynProcess.run(["verify", "s.json"], in: folder)
    #expect(result.status == 65)
    #expect(
      result.error.contains("s.json: model.representation: verify needs the samples"),
      "\(result.error)")
  }

  /// A member of a sweep that has no samples does not take the others with it.
  @Test func refusesStatesOfMembersOfASweep() async throws {
    try folder.put(
      SmallScenario.text(
        model: "{\(Self.sizes)}", #""sweep": {"model.representation": ["full", "reduced"]}"#),
      in: "s.json")
    let result = try await DynProcess.run(
      ["simulate", "s.json", "--states", "f.npz"] + quietly, in: folder)
    #expect(result.status == 1)
    #expect(result.error.contains("--states needs the samples"), "\(result.error)")
    #expect(try folder.array("0/closed_form_H", of: "f.npz").shape == [5, 12])
  }

  @Test func theSummarySaysSo() async throws {
    for representation in ["full", "reduced"] {
      let model = "{\(Self.sizes), \"representation\": \"\(representation)\"}"
      try folder.put(SmallScenario.text(model: model), in: "s.json")
      let result = try await DynProcess.run(["simulate", "s.json"], in: folder)
      #expect(result.status == 0)
      #expect(
        result.output.contains("reduced to class means and scatter")
          == (representation == "reduced"))
    }
  }

  @Test(arguments: ["\"reducd\"", "1", "null"]) func refusesOtherRepresentations(
    value: String
  ) async throws {
    let model = "{\(Self.sizes), \"representation\": \(value)}"
    try folder.put(SmallScenario.text(model: model), in: "s.json")
    try await expectRefusal(
      ["validate", "s.json"], status: 65, ["s.json: model.representation: "], in: folder)
  }

  @Test func theSchemaKnowsTheKeys() async throws {
    let result = try await expectSuccess(["schema"], in: folder)
    let tree = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    func key(_ names: String...) throws -> [String: Any] {
      var place = try #require(tree as? [String: Any])
      for name in names {
        let properties = try #require(place["properties"] as? [String: Any])
        place = try #require(properties[name] as? [String: Any])
      }
      return place
    }
    #expect(try key("compare")["type"] as? String == "boolean")
    #expect(try key("model", "representation")["enum"] as? [String] == ["full", "reduced"])
  }
}
