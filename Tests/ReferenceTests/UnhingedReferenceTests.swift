import DynIO
import DynNumerics
import Dynamics
import TestSupport
import Testing

/// The final states of `unhinged_cases.json`, computed in 50-digit arithmetic.
@Suite struct UnhingedReferenceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let id: String
    let tree: Value
    let expected: Fields
    let tolerance: Fields
    var testDescription: String { id }
  }

  static let cases: [Case] = {
    guard let file = try? ReferenceFile.value("unhinged_cases.json") else { return [] }
    return Fields(file).list("cases").map { value in
      let fields = Fields(value)
      return Case(
        id: (try? fields.string("id")) ?? "?", tree: fields["scenario"] ?? .null,
        expected: fields.fields("expected_final"), tolerance: fields.fields("relative_tolerance"))
    }
  }()

  @Test func theFileHasAllCases() { #expect(Self.cases.count == 10) }

  @Test(arguments: cases) func closedFormReachesTheFinalState(reference: Case) throws {
    let error = try relativeError(reference, solver: "closed_form")
    #expect(error <= 1e-13)
    #expect(try reference.tolerance.number("closed_form") == 1e-13)
  }

  @Test(arguments: cases) func integrationReachesTheFinalState(reference: Case) throws {
    let error = try relativeError(reference, solver: "ode")
    #expect(error <= 1e-9)
    #expect(try reference.tolerance.number("ode") == 1e-9)
  }

  @Test(arguments: cases) func theRatesIntegrateExactly(reference: Case) throws {
    let scenario = try ScenarioFile.scenario(reference.tree, path: reference.id)
    let zeta = scenario.rates.integrals(to: try #require(scenario.times.last))
    #expect(abs(zeta.features / (try reference.expected.number("zeta_h")) - 1) <= 4e-16)
    #expect(abs(zeta.prototypes / (try reference.expected.number("zeta_w")) - 1) <= 4e-16)
  }

  private func relativeError(_ reference: Case, solver name: String) throws -> Double {
    let scenario = try ScenarioFile.scenario(reference.tree, path: reference.id)
    let problem = try ScenarioFile.problem(scenario, path: reference.id)
    let prepared = try PreparedProblem(problem)
    let solver = try #require(scenario.solvers.first { $0.name == name })
    var final: State?
    var cost = SolverCost()
    try solver.solver.follow(prepared, at: scenario.times, cost: &cost) { snapshot in
      final = snapshot.state().unscaled
      return true
    }
    let state = try #require(final)
    let expected = State(
      features: try matrix(reference.expected, "H"),
      prototypes: try matrix(reference.expected, "W"),
      bias: reference.expected.has("b") ? reference.expected.numbers("b") : nil)
    return (state - expected).norm / expected.norm
  }

  private func matrix(_ fields: Fields, _ key: String) throws -> Matrix {
    let rows = fields.list(key).compactMap(\.numbers)
    return Matrix(rows: rows.count, columns: rows[0].count, elements: rows.flatMap { $0 })
  }
}
