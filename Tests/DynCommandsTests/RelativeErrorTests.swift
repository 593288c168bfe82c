import Foundation
import NumpyFiles
import Testing

/// relative_error at the end is that of the states of the archive, and the summary has the largest.
@Suite struct RelativeErrorTests {
  private static let model =
    #"{"classes": 3, "feature_dimension": 2, "labels": {"kind": "values", "values": [2, 0, 1, 0]}"#
  private static let decay = #", "weight_decay": 0.3, "bias": true"#
  private static let steps = #"{"kind": "gradient_descent", "step": 0.5}"#

  /// The reference is the closed form wherever it stands, else the first solver.
  @Test(arguments: [
    (decay, #"{"kind": "ode"}, \#(steps), {"kind": "closed_form"}"#, "closed_form"),
    (decay, #"\#(steps), {"kind": "ode"}"#, nil),
    (#", "loss": {"kind": "cross_entropy"}"#, #"\#(steps), {"kind": "ode"}"#, "gradient_descent"),
    (#", "loss": {"kind": "mse"}"# + decay, #"{"kind": "ode"}, \#(steps)"#, "ode"),
  ]) func isOfTheReference(keys: String, solvers: String, reference: String?) async throws {
    let folder = try CommandFolder()
    let text = SmallScenario.text(
      model: Self.model + keys + "}", "\"solvers\": [\(solvers)]",
      #""time": {"at": [0, 0.5, 2, 6]}"#)
    try folder.put(text, in: "s.json")
    let run = try await expectSuccess(
      ["simulate", "s.json", "-o", "out.csv", "--states", "f.npz"], in: folder)
    // The closed form that nobody asked for, in a run of its own.
    if reference == nil {
      try await expectSuccess(
        [
          "simulate", "s.json", "--states", "exact.npz", "--set",
          #"solvers=[{"kind":"closed_form"}]"#,
        ]
          + quietly.dropLast() + ["exact.csv"], in: folder)
    }
    func state(_ solver: String, _ file: String = "f.npz") throws -> [Double] {
      let parts = ["H", "W"] + (keys.contains("bias") ? ["b"] : [])
      return try parts.flatMap {
        try #require(try folder.array("\(solver)_\($0)", of: file).reals)
      }
    }
    let expected = try reference.map { try state($0) } ?? state("closed_form", "exact.npz")
    let table = try CSVTable(try folder.text(of: "out.csv"))
    let summary = SummaryText(run.output)
    for solver in table.solvers {
      let errors = try table.column("relative_error", of: solver)
      let largest = try #require(
        try summary.row(solver, ofTable: "solver")["largest relative_error"].flatMap(Double.init))
      #expect(abs(largest - (errors.max() ?? .nan)) <= 5e-3 * largest)
      if solver == reference {
        #expect(errors.allSatisfy { $0 == 0 })
        continue
      }
      let difference = zip(try state(solver), expected).map { ($0 - $1) * ($0 - $1) }
      let size = expected.map { $0 * $0 }.reduce(0, +)
      let error = (difference.reduce(0, +) / size).squareRoot()
      #expect(error > 0 && errors[0] == 0)
      let last = try #require(errors.last)
      // Of two solvers that agree to rounding only its size is known.
      #expect(abs(last - error) <= max(1e-9 * error, 1e-14), "\(last), not \(error)")
    }
  }
}
