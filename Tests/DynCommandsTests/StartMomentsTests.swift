import Foundation
import NumpyFiles
import TestSupport
import Testing

/// The solver `start_moments` as a user meets it.
@Suite struct StartMomentsTests {
  private static let model = #"""
    {"case": "regularized", "classes": 3, "samples_per_class": [4, 2, 1], "feature_dimension": 4,
     "loss": {"kind": "unhinged", "gamma": 0.3}, "bias": true,
     "weight_decay": {"features": 0.02, "prototypes": 0.04, "bias": 0.1}}
    """#
  private static let start = #"""
    "initial_state": {"features": {"kind": "normal", "scale": 1.3},
     "prototypes": {"kind": "normal", "scale": 0.7}, "bias": {"kind": "normal", "scale": 0.5}}
    """#
  private static let moments = #""solvers": [{"kind": "start_moments"}]"#
  private static let names = [
    "loss", "squared_norm_h", "squared_norm_w", "squared_norm_z",
  ]

  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private func put(_ solvers: String = moments, model: String = model, _ keys: String...) throws {
    let all = ["\"model\": \(model)", solvers] + (keys.isEmpty ? [Self.start] : keys)
    try folder.put("{" + all.joined(separator: ", ") + "}", in: "s.json")
  }

  /// Every draw of a scenario, with all blocks drawn: means and variances within four standard
  /// errors, that of a variance from fourth moments.
  @Test func momentsAreThoseOfManySeeds() async throws {
    let observables =
      (Self.names + Self.names.map { $0 + "_sd" } + ["objective"])
      .map { "\"\($0)\"" }.joined(separator: ", ")
    try put(
      #""solvers": [{"kind": "start_moments"}, {"kind": "closed_form"}]"#, Self.start,
      #""time": {"at": [0, 6]}, "observables": [\#(observables)]"#,
      #""sweep": {"initial_state.seed": {"linear": [1, 500, 500]}}"#)
    try await expectSuccess(["simulate", "s.json"] + quietly, in: folder)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    for time in ["0.0", "6.0"] {
      let rows = table.rows.filter { $0[2] == time }
      func values(_ name: String, of solver: String) throws -> [Double] {
        let column = try #require(table.header.firstIndex(of: name))
        return rows.filter { $0[1] == solver }.compactMap { Double($0[column]) }
      }
      for name in Self.names + ["objective"] {
        let draws = try values(name, of: "closed_form")
        let count = Double(draws.count)
        #expect(count == 500)
        let own = try values(name, of: "start_moments")
        #expect(Set(own).count == 1, "moments do not depend on the seed")
        let expected = try #require(own.first)
        let mean = draws.reduce(0, +) / count
        let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        #expect(abs(mean - expected) <= 4 * (variance / count).squareRoot(), "\(name) at \(time)")
        guard name != "objective" else { continue }
        let fourth = draws.reduce(0) { $0 + pow($1 - mean, 4) } / count
        let error = ((fourth - variance * variance) / count).squareRoot()
        let deviation = try #require(try values(name + "_sd", of: "start_moments").first)
        #expect(abs(variance - deviation * deviation) <= 4 * error, "\(name)_sd at \(time)")
      }
    }
  }

  @Test func measuresWhatItKnowsWhereNothingIsSaid() async throws {
    try put()
    try await expectSuccess(["simulate", "s.json"] + quietly, in: folder)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    let names = [
      "loss", "objective", "squared_norm_h", "squared_norm_w", "squared_norm_z", "loss_sd",
      "squared_norm_h_sd", "squared_norm_w_sd", "squared_norm_z_sd",
    ]
    #expect(
      table.header == ["solver", "time", "zeta_h", "zeta_w"] + names + ["relative_error"])
    for name in names {
      #expect(try table.column(name, of: "start_moments").allSatisfy(\.isFinite), "\(name)")
    }
    #expect(try table.column("relative_error", of: "start_moments").allSatisfy(\.isNaN))
  }

  /// Beside a solver with a state both have their columns; what one does not know is nan.
  @Test func standsBesideOtherSolvers() async throws {
    try put(#""solvers": [{"kind": "closed_form"}, {"kind": "start_moments"}]"#)
    try await expectSuccess(
      ["simulate", "s.json", "--states", "s.npz"] + quietly, in: folder)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    #expect(try table.column("accuracy", of: "start_moments").allSatisfy(\.isNaN))
    #expect(try table.column("loss_sd", of: "closed_form").allSatisfy(\.isNaN))
    let norms = zip(
      try table.column("norm_z", of: "closed_form"),
      try table.column("squared_norm_z", of: "closed_form"))
    #expect(norms.allSatisfy { abs($0 * $0 - $1) <= 1e-14 * $1 })
    #expect(try folder.array("closed_form_H", of: "s.npz").shape == [4, 7])
    #expect(throws: (any Error).self) { try folder.array("start_moments_H", of: "s.npz") }
  }

  @Test func hasNoStateToKeep() async throws {
    try put()
    try await expectRefusal(
      ["simulate", "s.json", "--states", "s.npz"], status: 65,
      ["no state", "start_moments", "do without --states"], in: folder)
    try await expectRefusal(
      ["spectrum", "s.json"], status: 1, ["no state", "another solver"], in: folder)
  }

  @Test func isTheSameInTheReducedRepresentation() async throws {
    try put()
    var texts: [String] = []
    for representation in ["full", "reduced"] {
      try await expectSuccess(
        ["simulate", "s.json", "--set", "model.representation=\(representation)"] + quietly,
        in: folder)
      texts.append(try folder.text(of: "out.csv"))
    }
    #expect(texts[0] == texts[1])
  }

  @Test func endsWhereItsConditionIsMet() async throws {
    try put(
      Self.moments, Self.start, #""time": {"end": 40, "outputs": 81}"#,
      #""stop_when": {"observable": "loss", "below": -3}"#)
    try await expectSuccess(["simulate", "s.json"] + quietly, in: folder)
    let losses = try CSVTable(try folder.text(of: "out.csv")).column("loss", of: "start_moments")
    #expect(losses.count < 81 && losses.dropLast().allSatisfy { $0 >= -3 })
    #expect(try #require(losses.last) < -3)
  }

  @Test(arguments: [
    (#"model.loss={"kind":"cross_entropy"}"#, "unhinged loss only"),
    (#"model.case="normalized""#, "normalised features are not linear"),
    (#"model.layers={"count":2,"width":3}"#, "a product of layers is not linear"),
    (#"initial_state.features={"kind":"normal","norm":1}"#, "columns of one norm are not normal"),
    (#"initial_state.prototypes={"kind":"normal","norm":1}"#, "give \"scale\""),
    (#"initial_state={"kind":"saddle","saddle":"origin"}"#, "near a saddle"),
  ])
  func refusesWhatIsNotLinearOrNotNormal(change: String, reason: String) async throws {
    try put(
      Self.moments,
      model: #"{"classes": 3, "samples_per_class": 2, "feature_dimension": 4}"#,
      #""initial_state": {"seed": 2}"#)
    try await expectRefusal(
      ["simulate", "s.json", "--set", change], status: 65, ["solvers[0]: ", reason], in: folder)
  }

  @Test(arguments: [
    #"{"case": "ntk_invariant", "classes": 3, "samples_per_class": 2, "feature_dimension": 4}"#,
    #"""
    {"network": {"hidden": [5], "data": {"kind": "mixture"}}, "classes": 3, "samples_per_class": 2}
    """#,
  ])
  func refusesOtherFeatures(model: String) async throws {
    try put(Self.moments, model: model, #""initial_state": {"seed": 2}"#)
    try await expectRefusal(
      ["simulate", "s.json"], status: 65,
      [
        "solvers[0]: ", model.contains("network") ? "network" : "kernel",
        "sweep initial_state.seed",
      ], in: folder)
  }

  @Test(arguments: [
    (#"{"kind": "zeros"}"#, #"{"kind": "simplex_etf"}"#),
    (#"{"kind": "normal", "scale": 0}"#, #"{"kind": "zeros"}"#),
  ])
  func refusesStartsWithoutChance(features: String, prototypes: String) async throws {
    try put(
      Self.moments,
      model: #"{"classes": 3, "samples_per_class": 2, "feature_dimension": 4}"#,
      #""initial_state": {"features": \#(features), "prototypes": \#(prototypes)}"#)
    try await expectRefusal(
      ["simulate", "s.json"], status: 65,
      ["solvers[0]: ", "nothing of the start is random", "\"normal\""], in: folder)
  }

  /// Small problems by dense forms, large ones by draws.
  @Test(arguments: [("[4, 2, 1]", "dense forms"), ("[300, 200, 100]", "400 draws")])
  func isVerified(sizes: String, way: String) async throws {
    try put()
    let result = try await expectSuccess(
      [
        "verify", "s.json", "--set", "model.samples_per_class=\(sizes)", "--set", "time.end=4",
      ], in: folder)
    let line = result.output.split(separator: "\n").first { $0.contains("moments over starts") }
    #expect(line?.contains(way) == true && line?.hasSuffix("pass") == true, "\(result.output)")
  }
}

/// What the article and the scenarios' README say of `beyond/random-starts`.
@Suite struct RandomStartsScenarioTests {
  @Test func hasTheNumbersOfTheDocumentation() async throws {
    let folder = try CommandFolder()
    let path = CommandFolder.scenarios.appendingPathComponent("beyond/random-starts.json").path
    try await expectSuccess(["validate", path], in: folder)
    try await expectSuccess(["simulate", path] + quietly, in: folder)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    func ends(_ name: String, of solver: String) throws -> [Int] {
      let column = try table.column(name, of: solver)
      return [column.first, column.last].compactMap { $0.map { Int($0.rounded()) } }
    }
    #expect(try ends("squared_norm_z", of: "start_moments") == [182, 893])
    #expect(try ends("squared_norm_z_sd", of: "start_moments") == [12, 363])
    #expect(try ends("squared_norm_z", of: "closed_form").last == 690)
    #expect(try ends("squared_norm_z", of: "ode").last == 690)
  }
}
