import DynNumerics
import Dynamics
import Testing

@testable import DynIO

/// Sizes and defaults that follow from arrays and labels.
@Suite struct ProblemBuilderTests {
  private func problem(_ json: String) throws -> Problem {
    let tree = try JSONParser.parse(json)
    let scenario = try ScenarioFile.scenario(tree, path: "test.json")
    return try ScenarioFile.problem(scenario, path: "test.json")
  }

  private static let features = #"{"kind": "values", "values": [[1, 2, 3, 4], [5, 6, 7, 8]]}"#
  private static let prototypes = #"{"kind": "values", "values": [[1, 2], [3, 4]]}"#

  static let sizesFollowFromArraysCases: [(String, [Int])] = [
    ("{\"model\": {\"classes\": 2}, \"initial_state\": {\"features\": \(features)}}", [2, 2]),
    (
      "{\"model\": {}, \"initial_state\": {\"features\": \(features), \"prototypes\": \(prototypes)}}",
      [2, 2]
    ),
    (
      "{\"model\": {\"labels\": {\"kind\": \"values\", \"values\": [1, 0, 1, 1]}}, "
        + "\"initial_state\": {\"features\": \(features)}}", [1, 3]
    ),
    ("{\"model\": {\"samples_per_class\": [3, 1], \"feature_dimension\": 2}}", [3, 1]),
    (
      #"{"model": {"classes": 2, "feature_dimension": 2, "samples_per_class": {"kind": "step", "majority": 7, "ratio": 3}}}"#,
      [7, 2]
    ),
    (
      #"{"model": {"classes": 3, "feature_dimension": 2, "samples_per_class": {"kind": "exponential", "largest": 100, "ratio": 100}}}"#,
      [100, 10, 1]
    ),
  ]

  @Test(arguments: sizesFollowFromArraysCases) func sizesFollowFromArrays(
    json: String, sizes: [Int]
  ) throws {
    let problem = try problem(json)
    #expect(problem.labels.partition.sizes == sizes)
    #expect(problem.featureDimension == 2)
  }

  @Test func columnsAreSortedByLabel() throws {
    let problem = try problem(
      "{\"model\": {\"labels\": {\"kind\": \"values\", \"values\": [1, 0, 1, 0]}}, "
        + "\"initial_state\": {\"features\": \(Self.features)}}")
    #expect(problem.initialState.features.elements == [2, 4, 1, 3, 6, 8, 5, 7])
    #expect(problem.labels.partition.labels == [1, 0, 1, 0])
  }

  @Test(arguments: [
    ("0", ModelCase.unconstrained), ("0.5", .regularized), ("\"critical\"", .regularized),
    (#"{"bias": 0.5}"#, .unconstrained), (#"{"features": 0.5}"#, .regularized),
  ]) func theCaseFollowsFromTheDecay(decay: String, modelCase: ModelCase) throws {
    let problem = try problem(
      "{\"model\": {\"classes\": 2, \"samples_per_class\": 1, \"feature_dimension\": 2, "
        + "\"weight_decay\": \(decay)}}")
    #expect(problem.modelCase == modelCase)
  }

  /// (1 + gamma)/(C sqrt N) with gamma = 1/(C - 1).
  @Test func theCriticalDecayOfABalancedProblem() throws {
    let problem = try problem(
      #"{"model": {"classes": 4, "samples_per_class": 9, "feature_dimension": 2, "weight_decay": "critical"}}"#
    )
    #expect(abs(problem.decay.features - (1 + 1.0 / 3) / (4 * 3)) < 1e-15)
    #expect(problem.decay.prototypes == problem.decay.features)
  }

  @Test func theBiasDecaysLikeThePrototypes() throws {
    let sizes = #""classes": 2, "samples_per_class": 1, "feature_dimension": 2, "bias": true"#
    #expect(
      try problem("{\"model\": {\(sizes), \"weight_decay\": {\"prototypes\": 0.25}}}").decay
        == WeightDecay(features: 0, prototypes: 0.25, bias: 0.25))
    #expect(
      try problem("{\"model\": {\(sizes), \"weight_decay\": {\"prototypes\": 0.25, \"bias\": 0}}}")
        .decay == WeightDecay(features: 0, prototypes: 0.25, bias: 0))
  }

  static let sizesMustAgreeCases: [(String, String)] = [
    ("{\"model\": {\"classes\": 3}, \"initial_state\": {\"features\": \(features)}}", "model"),
    (
      "{\"model\": {\"classes\": 3, \"samples_per_class\": 2}, \"initial_state\": "
        + "{\"prototypes\": \(prototypes)}}", "model.classes"
    ),
    (
      "{\"model\": {\"feature_dimension\": 3, \"classes\": 2}, \"initial_state\": "
        + "{\"features\": \(features)}}", "model.feature_dimension"
    ),
    (
      "{\"model\": {\"samples_per_class\": 3, \"labels\": {\"kind\": \"values\", \"values\": [0, 1]}, "
        + "\"feature_dimension\": 2}}", "model.samples_per_class"
    ),
  ]

  @Test(arguments: sizesMustAgreeCases) func sizesMustAgree(json: String, path: String) throws {
    let error = try #require(throws: ScenarioError.self) { try problem(json) }
    #expect(try #require(error.lines.first).hasPrefix("test.json: \(path): "), "\(error.lines)")
  }

  /// The scenario that is kept beside final states is one that runs again.
  @Test(arguments: [
    #""time": {"at": [0, 1]}"#, #""time": {"end": 2}"#, #""time": {"end": 2, "spacing": "log"}"#,
    #""solvers": [{"kind": "ode", "step": 0.1}, {"kind": "gradient_descent"}]"#,
    #""learning_rate": {"features": {"kind": "proportional"}}"#,
  ]) func theResolvedScenarioIsValid(keys: String) throws {
    let tree = try JSONParser.parse(
      "{\"model\": {\"classes\": 2, \"samples_per_class\": 1, \"feature_dimension\": 2}, \(keys)}")
    let scenario = try ScenarioFile.scenario(tree, path: "test.json")
    let again = try ScenarioFile.scenario(scenario.resolved, path: "test.json")
    #expect(again.times == scenario.times)
    #expect(again.resolved == scenario.resolved)
  }
}
