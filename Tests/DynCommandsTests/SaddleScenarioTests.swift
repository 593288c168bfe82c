import Foundation
import Testing

/// The scenarios of `Scenarios/saddles`: what their README says.
@Suite struct SaddleScenarioTests {
  static let names: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: saddles)
    return (names ?? []).filter { $0.hasSuffix(".json") }.sorted()
  }()
  static let saddles = CommandFolder.scenarios.appendingPathComponent("saddles").path
  /// The whole runs take seconds with optimisation and minutes without: they are for the release
  /// build's tests.
  static var runsInFull: Bool {
    #if DEBUG
      false
    #else
      true
    #endif
  }

  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  /// The last value of a column, of one solver, for each seed in order.
  private func ends(_ column: String, of solver: String) throws -> [Double] {
    let table = try CSVTable(try folder.text(of: "out.csv"))
    let seeds = try #require(table.header.firstIndex(of: "initial_state.seed"))
    let names = try #require(table.header.firstIndex(of: "solver"))
    let values = try #require(table.header.firstIndex(of: column))
    var last: [String: Double] = [:]
    var order: [String] = []
    for row in table.rows where row[names] == solver {
      if last[row[seeds]] == nil { order.append(row[seeds]) }
      last[row[seeds]] = Double(row[values])
    }
    return order.compactMap { last[$0] }
  }

  private func simulate(_ name: String, _ options: [String] = []) async throws {
    try await expectSuccess(
      ["simulate", Self.saddles + "/" + name] + quietly + options, in: folder)
  }

  @Test func allAreValid() async throws {
    #expect(Self.names.count >= 7)
    try await expectSuccess(["validate"] + Self.names.map { Self.saddles + "/" + $0 }, in: folder)
  }

  /// With deferred re-weighting SAM's tail accuracy is above descent's by more than two standard
  /// errors of the paired difference over ten seeds.
  @Test(.enabled(if: runsInFull), arguments: ["digits.json", "mixture.json"])
  func sharpnessAwarenessHelpsTheTail(name: String) async throws {
    try await simulate(name)
    let gains = zip(
      try ends("test_accuracy_tail", of: "sam"),
      try ends("test_accuracy_tail", of: "gradient_descent")
    ).map { $0 - $1 }
    try #require(gains.count == 10)
    let mean = gains.reduce(0, +) / 10
    let squares = gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    #expect(mean > 2 * (squares / 90).squareRoot())
  }

  /// The same on two seeds and a shorter schedule.
  @Test func sharpnessAwarenessHelpsTheTailOfAShortRun() async throws {
    try await simulate(
      "digits.json",
      [
        "--set", "sweep={\"initial_state.seed\": [1, 2]}", "--set", "time.end=225",
        "--set", "learning_rate.prototypes.then.milestones=[180, 203]",
        "--set", "solvers[0].reweight_from=180", "--set", "solvers[1].reweight_from=180",
      ])
    let descent = try ends("test_accuracy_tail", of: "gradient_descent")
    let sharpnessAware = try ends("test_accuracy_tail", of: "sam")
    #expect(descent.count == 2 && sharpnessAware.count == 2)
    #expect(zip(descent, sharpnessAware).allSatisfy { $0 < $1 })
    let heads = try ends("test_accuracy_head", of: "sam")
    #expect(heads.allSatisfy { $0 > 0.9 })
  }

  /// Negative curvature grows with rarity and SAM shrinks it.
  @Test(.enabled(if: runsInFull)) func negativeCurvatureGrowsWithRarity() async throws {
    try await simulate("classwise.json")
    let table = try CSVTable(try folder.text(of: "out.csv"))
    func smallest(_ solver: String) throws -> [Double] {
      try (0..<10).map { label in
        try #require(try table.column("class_\(label)_lambda_min", of: solver).last)
      }
    }
    let descent = try smallest("gradient_descent")
    // The last two classes have one sample each.
    #expect(zip(descent, descent.dropFirst().prefix(8)).allSatisfy { $0 > $1 })
    #expect(descent[9] < 20 * descent[0])
    for solver in ["sam_0.1", "sam_0.5"] {
      #expect(zip(descent, try smallest(solver)).allSatisfy { abs($0) > abs($1) })
    }
    // The total Hessian is no saddle's.
    #expect(
      try #require(try table.column("hessian_lambda_min", of: "gradient_descent").last) > -1e-3)
  }

  @Test func theTrapHoldsWithinRho() async throws {
    try await simulate("trap.json")
    let table = try CSVTable(try folder.text(of: "out.csv"))
    let solver = try #require(table.header.firstIndex(of: "solver"))
    let norm = try #require(table.header.firstIndex(of: "norm_z"))
    func norms(_ name: String) -> [Double] {
      table.rows.filter { $0[solver] == name }.compactMap { Double($0[norm]) }
    }
    // 161 outputs from 0.99 rho and then as many from 1.01 rho.
    let trapped = norms("sam_flow")
    try #require(trapped.count == 322)
    #expect(trapped[160] < 1e-3 && trapped[321] > 1)
    let flow = norms("ode")
    #expect(flow[160] > 1 && flow[321] > 1)
  }
}
