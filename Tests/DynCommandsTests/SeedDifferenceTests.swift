import Foundation
import Testing

/// Means and paired differences over seeds in the summary, from the CSV by the textbook.
@Suite struct SeedDifferenceTests {
  private static let scenario = SmallScenario.text(
    SmallScenario.allSolvers, SmallScenario.threeTimes, #""observables": ["loss", "norm_w"]"#,
    #""sweep": {"model.loss.gamma": [0.1, 0.4], "initial_state.seed": [3, 1, 2, 7]}"#)

  /// The mean and its standard error, in one pass of sums.
  private func mean(_ values: [Double]) -> (Double, Double) {
    let count = Double(values.count)
    let sum = values.reduce(0, +)
    let squares = values.map { $0 * $0 }.reduce(0, +)
    return (sum / count, ((squares - sum * sum / count) / (count - 1) / count).squareRoot())
  }

  @Test func differencesAreOfPairsToTheFirstSolver() async throws {
    let folder = try CommandFolder()
    try folder.put(Self.scenario, in: "s.json")
    let result = try await expectSuccess(["simulate", "s.json", "-o", "out.csv"], in: folder)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    let parts = result.output.components(separatedBy: "mean over ")
    try #require(parts.count == 3, "a table for each gamma")
    for (part, gamma) in zip(parts.dropFirst(), ["0.1", "0.4"]) {
      #expect(part.hasPrefix("4 seeds +- standard error, model.loss.gamma = \(gamma)\n"), "\(part)")
      let summary = SummaryText(part)
      for observable in ["loss", "norm_w"] {
        let column = try #require(table.header.firstIndex(of: observable))
        // The last rows of each seed; times are sorted.
        func ends(_ solver: String) throws -> [Double] {
          let rows = table.rows.filter { Double($0[0]) == Double(gamma) && $0[2] == solver }
          let last = rows.filter { Double($0[3]) == 1 }
          try #require(last.map { $0[1] } == ["3", "1", "2", "7"])
          return try last.map { try #require(Double($0[column])) }
        }
        let row = try summary.row(observable, ofTable: "at the end")
        let first = try ends("closed_form")
        for solver in ["closed_form", "ode", "gradient_descent"] {
          try expect(row[solver], mean(try ends(solver)))
        }
        let differences = zip(try ends("gradient_descent"), first).map { $0 - $1 }
        try #require(differences.allSatisfy { $0 * differences[0] > 0 }, "descent lags behind")
        try expect(row["gradient_descent less closed_form"], mean(differences))
        #expect(row["closed_form less closed_form"] == nil)
        #expect(row.keys.contains("ode less closed_form"))
      }
    }
  }

  /// Four digits of the mean, two of its error.
  private func expect(_ text: String?, _ expected: (Double, Double)) throws {
    let numbers = try #require(text).components(separatedBy: " +- ").compactMap(Double.init)
    try #require(numbers.count == 2, "\(text ?? "")")
    #expect(abs(numbers[0] / expected.0 - 1) <= 5e-4, "\(text ?? ""), not \(expected)")
    #expect(abs(numbers[1] / expected.1 - 1) <= 5e-2, "\(text ?? ""), not \(expected)")
  }
}
