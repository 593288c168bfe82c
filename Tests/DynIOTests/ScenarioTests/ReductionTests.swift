import DynNumerics
import Dynamics
import Testing

@testable import DynIO

/// Reduced states that are drawn: other numbers, but of the same distribution.
@Suite struct ReductionTests {
  private static let seeds = 200

  private func problem(_ model: String, seed: Int, _ representation: String) throws -> Problem {
    let tree = try JSONParser.parse(
      "{\"model\": {\(model), \"representation\": \"\(representation)\"}, \"initial_state\": "
        + "{\"seed\": \(seed), \"features\": {\"kind\": \"normal\", \"scale\": 0.5}}}")
    let scenario = try ScenarioFile.scenario(tree, path: "test.json")
    return try ScenarioFile.problem(scenario, path: "test.json")
  }

  private func values(
    _ model: String, _ representation: String, _ value: (any Snapshot, PreparedProblem) -> Double
  ) throws -> (mean: Double, error: Double) {
    let numbers = try (1...Self.seeds).map { seed in
      let prepared = try PreparedProblem(try problem(model, seed: seed, representation), threads: 1)
      var evaluator = try prepared.exactFlow(until: 1)
      return value(try evaluator.snapshot(at: 0), prepared)
    }
    let count = Double(numbers.count)
    let mean = numbers.reduce(0, +) / count
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return (mean, (variance / count).squareRoot())
  }

  static let models = [
    #""classes": 4, "samples_per_class": 6, "feature_dimension": 8"#,
    #""classes": 3, "samples_per_class": [9, 4, 1], "feature_dimension": 5"#,
  ]

  /// E |H|^2 = s^2 p n, with variance 2 s^4 p n.
  @Test(arguments: models) func normsHaveTheirMean(model: String) throws {
    for representation in ["full", "reduced"] {
      let problem = try problem(model, seed: 1, representation)
      let count = Double(problem.featureDimension * problem.sampleCount)
      let found = try values(model, representation) { snapshot, _ in
        let norm = snapshot.norms().features
        return norm * norm
      }
      let error = 0.25 * (2 * count / Double(Self.seeds)).squareRoot()
      #expect(abs(found.mean - 0.25 * count) <= 4 * error, "\(representation)")
      // The spread is right too: a relative error of 1/sqrt(2 (seeds - 1)) a standard deviation.
      #expect(abs(found.error / error - 1) <= 4 / (2 * Double(Self.seeds - 1)).squareRoot())
    }
  }

  @Test(arguments: models, ["nc1_quot", "nc1_cdnv", "nc2_etf_err_features", "loss"])
  func observablesHaveTheSameMean(model: String, name: String) throws {
    let observable = try #require(Observables.named([name]).first)
    func value(_ snapshot: any Snapshot, _ prepared: PreparedProblem) -> Double {
      observable.value(Observation(snapshot) { prepared.prediction })
    }
    let full = try values(model, "full", value)
    let reduced = try values(model, "reduced", value)
    let error = (full.error * full.error + reduced.error * reduced.error).squareRoot()
    #expect(abs(full.mean - reduced.mean) <= 4 * error, "\(full), \(reduced)")
    #expect(full.mean != reduced.mean && error > 0)
  }

  /// The scatter of a class has s^2 p (n_c - 1) as its mean, and a class of one sample has none.
  @Test func scatterHasItsMean() throws {
    let sizes = [9, 4, 1]
    var sums = [0.0, 0, 0]
    for seed in 1...Self.seeds {
      let scatter = try #require(
        try problem(Self.models[1], seed: seed, "reduced").reducedScatter)
      for label in sizes.indices { sums[label] += scatter[label] / Double(Self.seeds) }
    }
    for (label, size) in sizes.enumerated() {
      let degrees = 5 * Double(size - 1)
      let error = 0.25 * (2 * degrees / Double(Self.seeds)).squareRoot()
      #expect(abs(sums[label] - 0.25 * degrees) <= 4 * error)
    }
    #expect(sums[2] == 0)
  }

  @Test func theSameSeedGivesTheSameState() throws {
    let (first, second) = (
      try problem(Self.models[0], seed: 7, "reduced"),
      try problem(Self.models[0], seed: 7, "reduced")
    )
    #expect(first.initialState == second.initialState)
    #expect(first.reducedScatter == second.reducedScatter)
    #expect(
      try problem(Self.models[0], seed: 8, "reduced").reducedScatter != first.reducedScatter)
    // Prototypes are those of the full representation.
    #expect(
      try problem(Self.models[0], seed: 7, "full").start.prototypes == first.start.prototypes)
  }
}
