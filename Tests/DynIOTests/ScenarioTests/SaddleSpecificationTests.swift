import Dynamics
import Testing

@testable import DynIO

/// Starts near saddles from scenarios.
@Suite struct SaddleSpecificationTests {
  private static func json(_ initial: String, model: String = "") -> String {
    #"{"model": {"loss": {"kind": "cross_entropy"}, "classes": 4, "feature_dimension": 6,"#
      + #" "samples_per_class": [20, 20, 2, 2], "weight_decay": 5e-3\#(model)},"#
      + #" "initial_state": {\#(initial)}, "solvers": [{"kind": "ode"}]}"#
  }

  @Test func startsAreAtTheirSaddle() throws {
    let problem = try ScenarioText.problem(
      Self.json(#""kind": "saddle", "saddle": "minority_collapse", "offset": 0.25, "seed": 4"#))
    let saddle = try #require(problem.saddle)
    #expect(saddle.name == "minority_collapse" && saddle.direction == .random)
    #expect(abs((problem.initialState - saddle.saddle).norm - 0.25) <= 1e-14)
    #expect(problem.seed == 4)
    let standard = try ScenarioText.problem(Self.json(#""kind": "saddle", "saddle": "origin""#))
    #expect(abs(standard.initialState.norm - 1e-3) <= 1e-16)
  }

  @Test func faultsNameTheKey() {
    #expect(
      ScenarioText.faults(Self.json(#""saddle": "origin""#)).contains("add \"kind\": \"saddle\""))
    #expect(ScenarioText.faults(Self.json(#""kind": "saddle""#)).contains("the saddle is missing"))
    #expect(
      ScenarioText.faults(Self.json(#""kind": "saddle", "saddle": "orign""#)).contains(
        "did you mean \"origin\"")
    )
    #expect(
      ScenarioText.faults(
        Self.json(#""kind": "saddle", "saddle": "origin", "features": {"kind": "zeros"}"#)
      )
      .contains("initial_state.features: a start near a saddle draws no arrays"))
    #expect(
      ScenarioText.faults(
        Self.json(#""kind": "saddle", "saddle": "origin""#, model: ", \"bias\": true")
      )
      .contains("initial_state.saddle: the gradient by a bias"))
    let balanced = Self.json(#""kind": "saddle", "saddle": "minority_collapse""#)
      .replacing("[20, 20, 2, 2]", with: "5")
    #expect(ScenarioText.faults(balanced).contains("initial_state.saddle: minority_collapse needs"))
    let spherical = Self.json(#""kind": "saddle", "saddle": "origin""#)
      .replacing("\"weight_decay\": 5e-3", with: "\"case\": \"spherical\"")
      .replacing("cross_entropy", with: "unhinged")
    #expect(
      ScenarioText.faults(spherical).contains("exact saddles are those of features and prototypes"))
  }

  @Test func spectraAreColumnsOfFreeCases() throws {
    let json = Self.json(#""seed": 1"#).dropLast() + #", "spectrum": {"every": 5}}"#
    let scenario = try ScenarioFile.scenario(try JSONParser.parse(String(json)), path: "test.json")
    #expect(scenario.spectrumInterval == 5)
    let names = scenario.spectra(of: try ScenarioText.problem(Self.json(#""seed": 1"#))).map(\.name)
    #expect(names.count == 10 && names[0] == "hessian_lambda_min")
    #expect(names.last == "class_3_lambda_max")
    let kernel = String(json)
      .replacing("\"weight_decay\": 5e-3", with: "\"case\": \"ntk_invariant\"")
      .replacing("cross_entropy", with: "unhinged")
    #expect(
      ScenarioText.faults(kernel).contains(
        "spectrum: Hessian spectra are not offered for the case ntk_invariant"))
    // Their columns would be nan without a word.
    let reduced = kernel.replacing("ntk_invariant", with: "unconstrained")
      .replacing("\"case\"", with: "\"representation\": \"reduced\", \"case\"")
      .replacing("\"kind\": \"ode\"", with: "\"kind\": \"closed_form\"")
    #expect(
      ScenarioText.faults(reduced).contains(
        "spectrum: Hessian spectra are not offered in the reduced representation"))
  }
}
