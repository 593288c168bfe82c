import Foundation
import Testing

/// Expectations over batches as users meet them.
@Suite struct BatchNoiseTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private static let model = """
    {"classes": 3, "samples_per_class": 4, "feature_dimension": 3, "weight_decay": 0.4}
    """

  private func put(_ keys: String..., model: String = model) throws {
    try folder.put(
      "{" + (["\"model\": \(model)"] + keys).joined(separator: ", ") + "}", in: "s.json")
  }

  @Test func theSummarySaysHowNoiseGrowsAndHowLongStepsMayBe() async throws {
    try put(#""solvers": [{"kind": "batch_moments", "batch": 2}]"#, #""time": {"end": 10}"#)
    let result = try await expectSuccess(["simulate", "s.json", "-o", "out.csv"], in: folder)
    #expect(
      result.output.contains("noise of batch_moments, 2 of 12 samples a step: grows like exp("))
    #expect(result.output.contains("largest stable step of batch_moments: "))
    #expect(result.output.contains("; of full batches: "))
  }

  /// Without "observables" all that expectations have is there, and the rest is nan.
  @Test func columnsOfExpectationsAreThereByDefault() async throws {
    try put(
      #""solvers": [{"kind": "closed_form"}, {"kind": "batch_moments", "batch": 2, "step": 0.5}]"#,
      #""time": {"at": [0, 1, 2]}"#)
    try await expectSuccess(["simulate", "s.json"] + quietly, in: folder)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    for name in ["loss", "objective", "squared_norm_h", "squared_norm_w", "squared_norm_z"] {
      #expect(try table.column(name, of: "batch_moments").allSatisfy { $0.isFinite })
      #expect(try table.column(name, of: "closed_form").allSatisfy { $0.isFinite })
    }
    let shares = try table.column("noise_share", of: "batch_moments")
    #expect(shares.first == 0 && shares.dropFirst().allSatisfy { $0 > 0 && $0 < 1 })
    for name in ["norm_z", "accuracy", "direction_distance", "relative_error"] {
      #expect(try table.column(name, of: "batch_moments").allSatisfy { $0.isNaN })
    }
    #expect(try table.column("noise_share", of: "closed_form").allSatisfy { $0.isNaN })
    #expect(try table.column("relative_error", of: "closed_form").allSatisfy { $0 == 0 })
  }

  /// Steps and learning rates are those of the clock that goes on; the share of noise starts at 0.
  @Test func goesOnFromAnotherTime() async throws {
    try put(
      #""solvers": [{"kind": "batch_moments", "batch": 12}, {"kind": "gradient_descent"}]"#,
      #""time": {"begin": 4, "at": [4, 7, 20]}"#,
      #""learning_rate": {"prototypes": {"kind": "step", "value": 1, "factor": 0.5, "every": 3}}"#,
      #""observables": ["squared_norm_h", "squared_norm_w", "noise_share"]"#)
    try await expectSuccess(["simulate", "s.json"] + quietly, in: folder)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    for name in ["time", "zeta_h", "zeta_w", "squared_norm_h", "squared_norm_w"] {
      let own = try table.column(name, of: "batch_moments")
      let descent = try table.column(name, of: "gradient_descent")
      #expect(own.count == 3)
      #expect(zip(own, descent).allSatisfy { abs($0 - $1) <= 1e-13 * abs($1) }, "\(name)")
    }
    #expect(try table.column("noise_share", of: "batch_moments") == [0, 0, 0])
  }

  @Test func verifyChecksARunThatGoesOn() async throws {
    try put(
      #""solvers": [{"kind": "batch_moments", "batch": 2}]"#,
      #""time": {"begin": 10, "end": 40}"#)
    let result = try await expectSuccess(["verify", "s.json"], in: folder)
    let lines = result.output.split(separator: "\n").filter { $0.contains("batch_moments") }
    #expect(lines.count == 2 && lines.allSatisfy { $0.contains("pass") }, "\(result.output)")
  }

  @Test func hasNoStateToKeep() async throws {
    try put(#""solvers": [{"kind": "batch_moments", "batch": 2}]"#)
    try await expectRefusal(
      ["simulate", "s.json", "--states", "s.npz"], status: 65, ["no state", "batch_moments"],
      in: folder)
  }

  @Test func verifyChecksIt() async throws {
    try put(#""solvers": [{"kind": "batch_moments", "batch": 2}]"#, #""time": {"end": 30}"#)
    let result = try await expectSuccess(["verify", "s.json"], in: folder)
    for check in ["mean moments against exact descent", "noise against drawn batches"] {
      let line = try #require(
        result.output.split(separator: "\n").first { $0.hasPrefix(check) })
      #expect(line.contains("pass"), "\(line)")
    }
  }

  @Test(
    arguments: [
      (#"{"kind": "batch_moments"}"#, "batch"),
      (#"{"kind": "batch_moments", "batch": 13}"#, "of 12 samples"),
      (#"{"kind": "batch_moments", "batch": 2, "momentum": 0.9}"#, "momentum"),
      (#"{"kind": "gradient_descent", "sampling": "independent"}"#, "give \"batch\""),
      (#"{"kind": "gradient_descent", "batch": 13, "sampling": "independent"}"#, "of 12 samples"),
      (#"{"kind": "sam", "rho": 0.1, "batch": 13, "sampling": "independent"}"#, "of 12 samples"),
      (#"{"kind": "gradient_descent", "batch": 3, "sampling": "shuffled"}"#, "\"epoch\""),
    ]) func whatDoesNotGoTogetherIsRefused(solver: String, text: String) async throws
  {
    try put("\"solvers\": [\(solver)]")
    let result = try await DynProcess.run(["validate", "s.json"], in: folder)
    #expect(result.status == 65)
    #expect(result.error.contains("solvers[0]") && result.error.contains(text), "\(result.error)")
  }

  /// 5000 classes of different sizes take 20 matrices of 200 MB.
  @Test func theMomentsOfManyGroupsAreCounted() async throws {
    let sizes = (0..<5000).map { "\(1 + $0 % 7)" }.joined(separator: ",")
    try put(
      #""solvers": [{"kind": "batch_moments", "batch": 2}]"#, #""observables": ["loss"]"#,
      #""time": {"at": [0]}"#,
      model: "{\"samples_per_class\": [\(sizes)], \"feature_dimension\": 2}")
    let result = try await DynProcess.shell(
      "ulimit -v 4194304 && exec dyn simulate s.json -o out.csv", in: folder)
    #expect(result.status == 65, "\(result.error.prefix(300))")
    #expect(result.error.contains("the work space of batch_moments"), "\(result.error.prefix(300))")
  }
}
