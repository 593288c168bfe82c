import Foundation
import Testing

/// The table of escapes of every solver from the origin, whose linear theory is known by hand.
///
/// For cross-entropy of sizes 20, 20, 2, 2 and p = 6 the Hessian at zero has the smallest eigenvalue
/// 5e-3 - sqrt(20)/44 six times among 288, and the objective there is ln 4.
@Suite struct EscapeTableTests {
  private static let mu = 20.0.squareRoot() / 44 - 5e-3
  private static let (offset, threshold) = (0.01, 1.38)
  private static let exit = (2 * (log(4) - threshold) / mu).squareRoot()
  /// The learning rate, and the step of whatever takes steps.
  private static let (rate, step) = (0.5, 2.0)

  private func rows(
    _ solvers: [String], rates: String = #"{"prototypes": {"kind": "constant", "value": 0.5}}"#
  ) async throws -> (summary: SummaryText, table: CSVTable) {
    let folder = try CommandFolder()
    try folder.put(
      SmallScenario.text(
        model: #"{"classes": 4, "samples_per_class": [20, 20, 2, 2], "feature_dimension": 6, "#
          + #""loss": {"kind": "cross_entropy"}, "weight_decay": 5e-3}"#,
        #""initial_state": {"kind": "saddle", "saddle": "origin", "offset": 0.01, "#
          + #""direction": "most_negative"}"#,
        "\"learning_rate\": \(rates)", #""time": {"end": 120, "outputs": 61}"#,
        #""observables": ["objective"], "stop_when": {"observable": "objective", "below": 1.38}"#,
        "\"solvers\": [\(solvers.joined(separator: ", "))]"), in: "s.json")
    let result = try await expectSuccess(["simulate", "s.json", "-o", "out.csv"], in: folder)
    let lines = result.output.components(separatedBy: "escape from the saddle\n")
    try #require(lines.count == 2, "there is one table of escapes")
    return (SummaryText(lines[1]), try CSVTable(try folder.text(of: "out.csv")))
  }

  private static let solvers: [(name: String, keys: String, theory: Double?, trap: String)] = {
    let speed = rate * mu
    let (growth, ratio) = (log(1 + step * speed), exit / offset)
    // E <- q^2 (E + m r^2/d) from 1e-4 to exit^2, q = 1 + e mu, m/d = 6/288, r = 0.02.
    var (size, steps) = (offset * offset, 0.0)
    while size < exit * exit {
      let next = exp(2 * growth) * (size + 6.0 / 288 * 4e-4)
      steps += next < exit * exit ? 1 : log(exit * exit / size) / log(next / size)
      size = next
    }
    return [
      ("ode", #""kind": "ode""#, log(ratio) / speed, "none"),
      (
        "gradient_descent", #""kind": "gradient_descent", "step": 2"#,
        step * log(ratio) / growth, "none"
      ),
      (
        "momentum", #""kind": "gradient_descent", "step": 2, "momentum": 0.5"#, nil, "-"
      ),
      (
        "sam", #""kind": "sam", "rho": 0.004, "step": 2"#,
        step * log((exit - 0.004) / (offset - 0.004)) / growth, "0.004"
      ),
      (
        "sam_along", #""kind": "sam", "rho": 3, "normalized": false, "step": 2"#,
        step * log(ratio) / log(1 + step * speed * (1 - 3 * mu)), "none"
      ),
      (
        "sam_flow", #""kind": "sam_flow", "rho": 0.004"#,
        log((exit - 0.004) / (offset - 0.004)) / speed, "0.004"
      ),
      (
        "perturbed", #""kind": "perturbed_gradient_descent", "radius": 0.02, "step": 2"#,
        step * steps, "none"
      ),
    ]
  }()

  @Test func everySolverHasItsRow() async throws {
    let (summary, table) = try await rows(
      Self.solvers.map { "{\"name\": \"\($0.name)\", \($0.keys)}" })
    for (name, _, theory, trap) in Self.solvers {
      let row = try summary.row(name, ofTable: "solver")
      #expect(abs(try #require(Double(row["lambda_min"] ?? "")) / -Self.mu - 1) <= 5e-5)
      #expect(row["trap radius"] == trap, "\(name): \(row)")
      let times = try table.column("time", of: name)
      let objectives = try table.column("objective", of: name)
      #expect(try #require(objectives.last) < Self.threshold, "\(name) leaves")
      let escape = try #require(Double(row["escape time"] ?? ""))
      #expect(escape == times.last, "\(name)")
      guard let theory else {
        #expect(row["linear theory"] == "-")
        continue
      }
      let prediction = try #require(Double(row["linear theory"] ?? ""), "\(row)")
      // The fraction of the last step of a recursion is not told by a straight line.
      let tolerance = name == "perturbed" ? 1e-2 : 1e-4
      #expect(abs(prediction / theory - 1) <= tolerance, "\(name): \(prediction), not \(theory)")
      // The noise is that of one seed; the others leave as they are told, to an output.
      if name != "perturbed" { #expect(abs(escape - theory) <= 0.1 * theory + 2, "\(name)") }
    }
  }

  @Test func whoDoesNotLeaveSaysSo() async throws {
    let (summary, _) = try await rows([
      #"{"kind": "sam_flow", "rho": 0.02}"#,
      #"{"kind": "sam", "rho": 12, "normalized": false, "step": 2}"#,
    ])
    for (name, trap) in [("sam_flow", "0.02"), ("sam", "everywhere")] {
      let row = try summary.row(name, ofTable: "solver")
      #expect(row["escape time"] == "not by 120" && row["linear theory"] == "never", "\(row)")
      #expect(row["trap radius"] == trap)
    }
  }

  /// One rate of all variables is what the theory is of.
  @Test(arguments: [
    #"{"prototypes": {"kind": "constant", "value": 0.5}, "features": {"kind": "proportional", "ratio": 2}}"#,
    #"{"prototypes": {"kind": "exponential", "value": 0.5, "rate": 1e-3}}"#,
  ]) func otherRatesHaveNoTheory(rates: String) async throws {
    let (summary, _) = try await rows([#"{"kind": "ode"}"#], rates: rates)
    let row = try summary.row("ode", ofTable: "solver")
    #expect(row["linear theory"] == "-" && row["trap radius"] == "-", "\(row)")
    #expect(Double(row["escape time"] ?? "") != nil)
  }
}
