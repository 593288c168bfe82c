import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// The checks notice closed forms that are wrong.
@Suite struct WrongClosedFormTests {
  /// A way to spoil the exact flow.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var timeFactor = 1.0
    var features = 1.0
    var prototypes = 1.0
    var offset = 0.0
    var driftPerTime = 0.0
  }

  static let mistakes = [
    Mistake(testDescription: "the rate is 1 % too fast", timeFactor: 1.01),
    Mistake(testDescription: "the rate is a millionth too slow", timeFactor: 1 - 1e-6),
    Mistake(testDescription: "features are a millionth too long", features: 1 + 1e-6),
    Mistake(testDescription: "prototypes have the wrong sign", prototypes: -1),
    Mistake(testDescription: "an offset in one entry", offset: 1e-9),
    Mistake(testDescription: "an entry drifts", driftPerTime: 1e-8),
  ]

  private struct Spoiled: Evaluator {
    var flow: any Evaluator
    let mistake: Mistake

    mutating func snapshot(at time: Double) throws(SolverFailure) -> any Snapshot {
      let own = try flow.snapshot(at: time * mistake.timeFactor)
      var state = own.state().unscaled
      state.features = mistake.features * state.features
      state.prototypes = mistake.prototypes * state.prototypes
      state.features.elements[0] += mistake.offset + mistake.driftPerTime * time
      return FullSnapshot(time: time, problem: own.problem, state: state)
    }
  }

  private func verification(_ small: SmallProblem, _ mistake: Mistake?) throws -> Verification {
    let prepared = try PreparedProblem(try small.problem())
    return Verification(prepared, solvers: [], end: small.end) {
      prepared, end throws(SolverFailure) in
      let flow = try prepared.exactEvaluator(until: end)
      return mistake.map { Spoiled(flow: flow, mistake: $0) } ?? flow
    }
  }

  /// The checks in their order up to the first that fails: descent against a flow that it does not
  /// approach halves its step a hundred thousandfold, which says no more than what failed before.
  @Test(arguments: SmallProblem.everyCase, mistakes)
  func areFound(small: SmallProblem, mistake: Mistake) throws {
    let verification = try verification(small, mistake)
    let isFound = Verification.checks.contains { check in
      check.results(for: verification).contains(where: \.isFailure)
    }
    #expect(isFound)
  }

  /// The run of all checks reports what the one that fails does, after others have passed.
  @Test func areReported() throws {
    var small = try #require(SmallProblem.everyCase.first { $0.modelCase == .anchored })
    // Ten steps of descent, so that halving them takes no time.
    small.end = 10
    let mistake = try #require(Self.mistakes.last)
    let prepared = try PreparedProblem(try small.problem())
    let verification = Verification(
      prepared,
      solvers: [NamedSolver(name: "descent", solver: GradientDescentSolver(step: 1, form: .exact))],
      end: small.end
    ) { prepared, end throws(SolverFailure) in
      Spoiled(flow: try prepared.exactEvaluator(until: end), mistake: mistake)
    }
    let results = verification.run()
    #expect(results.first?.check == "identity at t = 0" && results.first?.isFailure == false)
    #expect(results.contains { $0.check == "exact flow against ode" && $0.isFailure })
  }

  @Test(arguments: SmallProblem.everyCase)
  func theTrueOnePasses(small: SmallProblem) throws {
    #expect(!(try verification(small, nil)).run().contains(where: \.isFailure))
  }
}
