import DynNumerics
import Foundation
import NumpyFiles
import Testing

/// `dyn spectrum` is of the state that `--states` keeps at the last time: the Hessian of the objective
/// there by differences of its values.
@Suite struct LastHessianTests {
  private let folder: CommandFolder
  private let sizes = [3, 1, 2]
  private let p = 2
  private let n = 6
  private let c = 3
  private let decay = 0.02

  init() throws {
    folder = try CommandFolder()
    try folder.put(
      SmallScenario.text(
        model: #"{"classes": 3, "samples_per_class": [3, 1, 2], "feature_dimension": 2, "#
          + #""loss": {"kind": "cross_entropy"}, "weight_decay": 0.02}"#,
        #""solvers": [{"kind": "ode"}, {"kind": "gradient_descent", "step": 2}]"#,
        #""time": {"at": [0, 1, 6]}"#), in: "s.json")
  }

  /// H and W of a solver, row by row, one after the other.
  private func variables(_ solver: String, _ file: String) throws -> [Double] {
    try ["H", "W"].flatMap {
      try #require(try folder.array("\(solver)_\($0)", of: file).reals)
    }
  }

  /// The mean cross-entropy of some samples, and its sum with weight decay for all.
  private func value(_ z: [Double], ofClass label: Int?) -> Double {
    let labels = sizes.enumerated().flatMap { [Int](repeating: $0, count: $1) }
    let samples = labels.indices.filter { label == nil || labels[$0] == label }
    let losses = samples.map { sample in
      let logits = (0..<c).map { other in
        (0..<p).map { z[$0 * n + sample] * z[p * n + $0 * c + other] }.reduce(0, +)
      }
      return log(logits.map { exp($0) }.reduce(0, +)) - logits[labels[sample]]
    }
    let mean = losses.reduce(0, +) / Double(samples.count)
    return label == nil ? mean + decay / 2 * z.map { $0 * $0 }.reduce(0, +) : mean
  }

  /// By second differences, over W and the class's columns of H or over everything.
  private func hessian(_ z: [Double], ofClass label: Int?) -> Matrix {
    let first = sizes[..<(label ?? 0)].reduce(0, +)
    let columns = label.map { first..<first + sizes[$0] } ?? 0..<n
    let indices = (0..<p).flatMap { row in columns.map { row * n + $0 } } + (p * n..<z.count)
    let h = 1e-3
    func moved(_ i: Int, _ a: Double, _ j: Int, _ b: Double) -> Double {
      var z = z
      z[indices[i]] += a
      z[indices[j]] += b
      return value(z, ofClass: label)
    }
    return Matrix(rows: indices.count, columns: indices.count) { i, j in
      (moved(i, h, j, h) - moved(i, h, j, -h) - moved(i, -h, j, h) + moved(i, -h, j, -h))
        / (4 * h * h)
    }
  }

  private func expect(_ text: String, _ z: [Double], apartFrom other: [Double]) throws {
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    var spectra: [(label: Int?, own: [String: Any])] = [
      (nil, try #require(report["total"] as? [String: Any]))
    ]
    for (label, own) in try #require(report["classes"] as? [[String: Any]]).enumerated() {
      spectra.append((label, own))
    }
    #expect(spectra.count == 4)
    for (label, own) in spectra {
      let values = try hessian(z, ofClass: label).symmetricEigendecomposition().values
      let wrong = try hessian(other, ofClass: label).symmetricEigendecomposition().values
      let expected = [values[0], values[values.count - 1], values.reduce(0, +)]
      for (key, value) in zip(["lambda_min", "lambda_max", "trace"], expected) {
        let own = try #require(own[key] as? Double)
        #expect(abs(own - value) <= 1e-5, "\(key) of \(label ?? -1): \(own), not \(value)")
      }
      #expect(abs(wrong[wrong.count - 1] - expected[1]) > 1e-3, "the states are told apart")
    }
    let gradient = z.indices.map { index in
      var (up, down) = (z, z)
      up[index] += 1e-5
      down[index] -= 1e-5
      return (value(up, ofClass: nil) - value(down, ofClass: nil)) / 2e-5
    }
    let norm = gradient.map { $0 * $0 }.reduce(0, +).squareRoot()
    #expect(abs(try #require(report["gradient_norm"] as? Double) - norm) <= 1e-8)
  }

  @Test(arguments: ["ode", "gradient_descent"]) func isOfTheLastOutput(solver: String) async throws
  {
    try await expectSuccess(["simulate", "s.json", "--states", "f.npz"] + quietly, in: folder)
    try await expectSuccess(
      [
        "simulate", "s.json", "--states", "start.npz", "--set", "time={\"at\":[0]}", "--quiet",
        "-o", "start.csv",
      ], in: folder)
    let options = solver == "ode" ? [] : ["--solver", solver]
    let result = try await expectSuccess(
      ["spectrum", "s.json", "--format", "json"] + options, in: folder)
    let other = solver == "ode" ? "gradient_descent" : "ode"
    let last = try variables(solver, "f.npz")
    try expect(result.output, last, apartFrom: try variables(solver, "start.npz"))
    // And of the solver that was asked for.
    #expect(zip(last, try variables(other, "f.npz")).contains { abs($0 - $1) > 1e-2 })
  }
}
