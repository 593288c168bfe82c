import Foundation
import Testing

/// `--threads`: results do not depend on it.
@Suite struct ThreadTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private static let sizes =
    #""classes": 3, "samples_per_class": [9, 4, 1], "feature_dimension": 19"#
  private static let balanced = #""classes": 3, "samples_per_class": 9, "feature_dimension": 19"#

  static let models = [
    "{\(sizes)}", "{\(balanced), \"bias\": true}",
    "{\(sizes), \"bias\": true, \"weight_decay\": 0.05, \"class_weights\": \"inverse_frequency\"}",
    "{\(sizes), \"case\": \"anchored\", \"weight_decay\": 0.05}",
    "{\(sizes), \"case\": \"spherical\"}",
    "{\(sizes), \"case\": \"spherical\", \"rescale_learning_rate\": true}",
    "{\(sizes), \"case\": \"ntk_invariant\"}",
    "{\(sizes), \"loss\": {\"kind\": \"cross_entropy\"}}",
  ]

  private static let numeric = #"""
    {"kind": "ode", "name": "rk8pd"}, {"kind": "ode", "name": "dopri5", "method": "dopri5"},
    {"kind": "ode", "name": "dop853", "method": "dop853"},
    {"kind": "ode", "name": "msadams", "method": "msadams"},
    {"kind": "gradient_descent", "step": 0.1},
    {"kind": "gradient_descent", "name": "momentum", "step": 0.1, "momentum": 0.8}
    """#
  private static let exact =
    #"{"kind": "closed_form"}, {"kind": "gradient_descent", "name": "exact", "step": 0.1, "form": "exact"}"#

  private static func scenario(_ model: String, _ more: String = "") -> String {
    let solvers = model.contains("cross_entropy") ? numeric : "\(exact), \(numeric)"
    return SmallScenario.text(
      model: model, "\"solvers\": [\(solvers)]", #""time": {"at": [0, 0.5, 1, 3.7]}"#,
      #""learning_rate": {"features": {"kind": "proportional", "ratio": 0.7}}"#
    ).dropLast() + more + "}"
  }

  private func expectSameBytes(_ text: String) async throws -> CSVTable {
    try folder.put(text, in: "s.json")
    var files: [Data] = []
    for threads in ["1", "2", "3"] {
      try await expectSuccess(
        ["simulate", "s.json", "--threads", threads] + quietly, in: folder)
      files.append(try folder.data(of: "out.csv"))
    }
    #expect(files[1] == files[0] && files[2] == files[0])
    return try CSVTable(try folder.text(of: "out.csv"))
  }

  @Test(arguments: models) func everyCaseGivesTheSameBytes(model: String) async throws {
    let table = try await expectSameBytes(Self.scenario(model))
    #expect(table.solvers.count >= 6 && table.rows.count >= 24)
  }

  @Test func momentumHasItsExactForm() async throws {
    let solvers = [false, true].flatMap { isNesterov in
      ["iterated", "exact"].map { form in
        #"{"kind": "gradient_descent", "name": "\#(form) \#(isNesterov)", "form": "\#(form)", "#
          + #""step": 0.1, "momentum": 0.9, "nesterov": \#(isNesterov)}"#
      }
    }
    let text = SmallScenario.text(
      model: Self.models[1],
      "\"solvers\": [\(Self.exact), \(solvers.joined(separator: ", "))]",
      #""time": {"at": [0, 0.5, 1, 3.7]}"#)
    let table = try await expectSameBytes(text)
    #expect(table.solvers.count >= 6 && table.rows.count >= 24)
  }

  @Test func sweepsGiveTheSameBytes() async throws {
    let sweep = #", "sweep": {"initial_state.seed": [1, 2, 3], "model.loss.gamma": [0, 0.5]}"#
    let table = try await expectSameBytes(Self.scenario(Self.models[0], sweep))
    #expect(table.rows.count == 6 * 8 * 4)
  }

  /// What `verify` finds does not depend on it either.
  @Test func verificationsAreTheSame() async throws {
    try folder.put(Self.scenario(Self.models[1]), in: "s.json")
    var reports: [String] = []
    for threads in ["1", "3"] {
      let result = try await DynProcess.run(
        ["verify", "s.json", "--threads", threads, "--format", "json"], in: folder)
      #expect(result.status == 0, "\(result.output)\(result.error)")
      reports.append(result.output)
    }
    #expect(reports[0] == reports[1] && !reports[0].isEmpty)
  }

  @Test(arguments: ["0", "-1", "x", "1.5"]) func refusesWhatIsNoCount(count: String) async throws {
    try folder.put(SmallScenario.text(), in: "s.json")
    for command in ["simulate", "verify"] {
      let result = try await DynProcess.run(
        [command, "s.json", "--threads=\(count)"], in: folder)
      #expect(result.status == 64)
      #expect(result.output.isEmpty)
      #expect(result.error.contains("--threads") && result.error.contains(count))
    }
    #expect(try folder.names() == ["s.json"])
  }
}
