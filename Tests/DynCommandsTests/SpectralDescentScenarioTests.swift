import Foundation
import Testing

/// Spectral and sign descent as users meet them.
@Suite struct SpectralDescentScenarioTests {
  private static let path = CommandFolder.scenarios
    .appendingPathComponent("beyond/spectral-descent.json").path

  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  /// The last value of a column for the weights and a solver.
  private func end(
    _ column: String, _ weights: String, _ solver: String, in table: CSVTable
  ) throws -> Double {
    let position = try #require(table.header.firstIndex(of: column))
    let row = try #require(
      table.rows.last { $0[0] == weights && $0[1] == solver })
    return try #require(Double(row[position]))
  }

  /// Minorities vanish under gradient descent, unless weights help; they keep pace under spectral
  /// descent without, whose prototypes alone become a simplex ETF.
  @Test func minoritiesKeepPace() async throws {
    try await expectSuccess(["simulate", Self.path, "--quiet", "-o", "out.csv"], in: folder)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    func value(_ column: String, _ weights: String, _ solver: String) throws -> Double {
      try end(column, weights, solver, in: table)
    }
    let (uniform, weighted) = ("uniform", "inverse_sqrt_frequency")
    #expect(try value("squared_norm_ratio_w", uniform, "gradient_descent") > 1e5)
    #expect(try value("cos_w_minority", uniform, "gradient_descent") > 0.99)
    #expect(try value("accuracy", uniform, "gradient_descent") < 0.95)
    #expect(abs(try value("squared_norm_ratio_w", weighted, "gradient_descent") - 1) < 0.5)
    #expect(try value("etf_distance_w", weighted, "gradient_descent") > 0.2)
    for weights in [uniform, weighted] {
      #expect(abs(try value("squared_norm_ratio_w", weights, "spectral_descent") - 1) < 0.1)
      #expect(try value("etf_distance_w", weights, "spectral_descent") < 0.05)
      #expect(try value("accuracy", weights, "spectral_descent") == 1)
      #expect(abs(try value("squared_norm_ratio_w", weights, "sign_descent") - 1) < 0.5)
    }
  }

  @Test func unknownKeysAreRefused() async throws {
    try await expectRefusal(
      ["validate", Self.path, "--set", "solvers[1].rho=1"], status: 65,
      ["solvers[1].rho", "unknown key"], in: folder)
    try await expectRefusal(
      ["validate", Self.path, "--set", "solvers[1].kind=\"spectral_decent\""], status: 65,
      ["did you mean \"spectral_descent\""], in: folder)
  }

  @Test func kernelsAreRefused() async throws {
    let kernel = CommandFolder.scenarios.appendingPathComponent("ntk-invariant.json").path
    for kind in ["spectral_descent", "sign_descent"] {
      let result = try await DynProcess.run(
        ["simulate", kernel, "--set", "solvers=[{\"kind\":\"\(kind)\"}]"], in: folder)
      #expect(result.status == 65)
      #expect(result.error.contains("along steepest directions are not offered"))
    }
  }
}
