import DynNumerics
import Dynamics
import Testing

@testable import DynIO

/// Starts in the singular vectors of the label operator from scenarios.
@Suite struct AlignedSpecificationTests {
  private static func json(_ initial: String, model: String = "") -> String {
    #"{"model": {"classes": 4, "feature_dimension": 6, "samples_per_class": [5, 4, 2, 1]\#(model)},"#
      + #" "initial_state": {\#(initial)}, "solvers": [{"kind": "ode"}]}"#
  }

  private static let layers = #", "layers": {"count": 3, "width": 5}"#

  /// |W_l| is the size times the root of the number of modes that grow, C - 1 with gamma 1/(C-1).
  @Test func everyFactorHasItsSize() throws {
    let problem = try ScenarioText.problem(
      Self.json(#""kind": "aligned", "scale": [0.5, -1, 2, 0.25]"#, model: Self.layers))
    let state = problem.initialState
    let norms = [state.features.elements.norm] + state.layers.map(\.elements.norm)
    for (norm, size) in zip(norms, [0.5, 1, 2, 0.25]) {
      #expect(abs(norm / size - 3.0.squareRoot()) <= 1e-15)
    }
    #expect(state.layers.map(\.rows) == [5, 5, 4] && state.layers.map(\.columns) == [6, 5, 5])
    let shared = try ScenarioText.problem(
      Self.json(#""kind": "aligned", "scale": 0.5"#, model: Self.layers))
    #expect(
      shared.initialState.layers.allSatisfy {
        abs($0.elements.norm - 0.5 * 3.squareRoot()) <= 1e-15
      })
    #expect(shared.hasClosedForm && !problem.hasClosedForm)
    let standard = try ScenarioText.problem(Self.json(#""kind": "aligned""#))
    #expect(abs(standard.initialState.prototypes.elements.norm - 3.0.squareRoot()) <= 1e-15)
  }

  /// A bias keeps its own key; without one it is zero.
  @Test func theBiasIsFree() throws {
    let bias = #", "bias": {"kind": "values", "values": [1, 2, 3, 4]}"#
    let problem = try ScenarioText.problem(
      Self.json(#""kind": "aligned""# + bias, model: #", "bias": true"#))
    #expect(problem.initialState.bias == [1, 2, 3, 4])
    let plain = try ScenarioText.problem(
      Self.json(#""kind": "aligned""#, model: #", "bias": true"# + Self.layers))
    #expect(plain.initialState.bias == [0, 0, 0, 0])
  }

  /// The reduced representation holds the same class parts, and no scatter.
  @Test func theReducedStartIsTheSame() throws {
    let initial = #""kind": "aligned", "scale": [2, 1]"#
    let full = try ScenarioText.problem(Self.json(initial))
    let reduced = try ScenarioText.problem(
      Self.json(initial, model: #", "representation": "reduced""#)
        .replacing(#"{"kind": "ode"}"#, with: #"{"kind": "closed_form"}"#))
    let parts = full.labels.project(full.initialState.features)
    #expect((parts - reduced.initialState.features).elements.norm <= 1e-15)
    #expect(reduced.reducedScatter == [0, 0, 0, 0])
  }

  @Test func faultsNameTheKey() {
    func faults(_ initial: String, model: String = "") -> String {
      ScenarioText.faults(Self.json(initial, model: model))
    }
    #expect(faults(#""scale": 1"#).contains("initial_state.scale: this key belongs to an aligned"))
    #expect(
      faults(#""kind": "aligned", "prototypes": {"kind": "zeros"}"#).contains(
        "initial_state.prototypes: an aligned start has a scale only"))
    #expect(
      faults(#""kind": "aligned", "offset": 1"#).contains("initial_state.offset: an aligned start"))
    #expect(faults(#""kind": "alined""#).contains("did you mean \"aligned\""))
    #expect(
      faults(#""kind": "aligned", "scale": [1, 2]"#, model: Self.layers).contains(
        "initial_state.scale: 2 numbers for features and 3 layers: give one number, or 4"))
    #expect(
      faults(#""kind": "aligned", "scale": [1, 2, 3]"#).contains(
        "3 numbers for features and prototypes: give one number, or 2"))
    let narrow = #", "layers": {"count": 2, "width": 2}"#
    #expect(
      faults(#""kind": "aligned""#, model: narrow).contains(
        "initial_state.kind: an aligned start has 3 modes that grow"))
    let network = #", "network": {"hidden": [6], "data": {"kind": "mixture"}}"#
    let text = faults(#""kind": "aligned""#, model: network)
    #expect(text.contains("initial_state.kind: the features of a network follow"))
  }
}
