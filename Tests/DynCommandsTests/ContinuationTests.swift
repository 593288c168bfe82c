import NumpyFiles
import Testing

/// A run over [0, t1] and one from its states over [t1, t2] reach what one run over [0, t2] does.
@Suite struct ContinuationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let model: String
    var hasBias = false
  }

  static let cases = [
    Case(testDescription: "unconstrained", model: #""case": "unconstrained""#),
    Case(testDescription: "bias", model: #""case": "unconstrained", "bias": true"#, hasBias: true),
    Case(
      testDescription: "regularized",
      model: #""case": "regularized", "weight_decay": {"features": 0.1, "prototypes": 0.2}"#),
    Case(
      testDescription: "regularized with bias",
      model: #""case": "regularized", "weight_decay": 0.3, "bias": true"#, hasBias: true),
    Case(testDescription: "anchored", model: #""case": "anchored", "weight_decay": 0.1"#),
    Case(testDescription: "spherical", model: #""case": "spherical""#),
    Case(
      testDescription: "spherical, rescaled",
      model: #""case": "spherical", "rescale_learning_rate": true"#),
    Case(
      testDescription: "ntk_invariant",
      model: #"""
        "case": "ntk_invariant", "kernel": {"features":
          {"kind": "values", "values": [[2, 0.5, 0, 0], [0.5, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 3]]}}
        """#),
  ]

  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private func run(_ reference: Case, end: Double, start: String?, into file: String) async throws {
    func given(_ key: String, _ array: String) -> String {
      "\"\(key)\": {\"kind\": \"file\", \"path\": \"\(start ?? "")\", \"array\": \"closed_form_\(array)\"}"
    }
    var parts: [String] = []
    if start != nil {
      parts = [given("features", "H"), given("prototypes", "W")]
      if reference.hasBias { parts.append(given("bias", "b")) }
    } else if reference.hasBias {
      parts = [#""bias": {"kind": "normal"}"#]
    }
    let labels = #""labels": {"kind": "values", "values": [2, 0, 1, 0, 2, 2, 1]}"#
    let model = "{\"classes\": 3, \"feature_dimension\": 4, \(labels), \(reference.model)}"
    try folder.put(
      SmallScenario.text(
        model: model, "\"time\": {\"at\": [0, \(end)]}",
        #""learning_rate": {"features": {"kind": "proportional", "ratio": 0.7}}"#,
        "\"initial_state\": {\(parts.joined(separator: ", "))}"), in: "\(file).json")
    try await expectSuccess(
      ["simulate", "\(file).json", "--states", "\(file).npz"] + quietly, in: folder)
  }

  @Test(arguments: cases) func continuesWhereItStopped(reference: Case) async throws {
    try await run(reference, end: 0.75, start: nil, into: "first")
    try await run(reference, end: 1.5, start: "first.npz", into: "second")
    try await run(reference, end: 2.25, start: nil, into: "whole")
    for array in reference.hasBias ? ["H", "W", "b"] : ["H", "W"] {
      let name = "closed_form_\(array)"
      let found = try #require(try folder.array(name, of: "second.npz").reals)
      let expected = try #require(try folder.array(name, of: "whole.npz").reals)
      let before = try #require(try folder.array(name, of: "first.npz").reals)
      #expect(Self.distance(found, expected) <= 1e-12, "\(array)")
      let moves =
        array != "W" || !["anchored", "spherical"].contains { reference.model.contains($0) }
      #expect(!moves || Self.distance(found, before) > 1e-3, "\(array) does not move")
    }
  }

  /// With p = C and p = N as well both layouts fit: archives of final states are known to be in
  /// columns, and go on without a word.
  @Test func squareStatesGoOnWithoutALayout() async throws {
    let model = #"{"classes": 3, "samples_per_class": 1, "feature_dimension": 3}"#
    try folder.put(SmallScenario.text(model: model, SmallScenario.threeTimes), in: "first.json")
    try await expectSuccess(
      ["simulate", "first.json", "--states", "first.npz"] + quietly, in: folder)
    func given(_ key: String, _ array: String) -> String {
      "\"\(key)\": {\"kind\": \"file\", \"path\": \"first.npz\", \"array\": \"closed_form_\(array)\"}"
    }
    let start = given("features", "H") + ", " + given("prototypes", "W")
    try folder.put(
      SmallScenario.text(
        model: model, "\"initial_state\": {\(start)}", #""time": {"end": 0, "outputs": 1}"#),
      in: "second.json")
    try await expectSuccess(
      ["simulate", "second.json", "--states", "second.npz"] + quietly, in: folder)
    for array in ["closed_form_H", "closed_form_W"] {
      #expect(try folder.array(array, of: "second.npz") == folder.array(array, of: "first.npz"))
    }
  }

  private static func distance(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    let difference = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (difference / expected.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }
}
