import DynNumerics
import Dynamics
import TestSupport
import Testing

/// Gradient descent with momentum: brute force against the exact recurrence per mode.
@Suite struct MomentumTests {
  static let linear = SmallProblem.everyCase.filter {
    $0.modelCase != .spherical && $0.modelCase != .ntkInvariant
  }

  @Test(arguments: linear, [false, true])
  func iteratedAgreesWithExact(small: SmallProblem, isNesterov: Bool) throws {
    let prepared = try PreparedProblem(try small.problem())
    let momentum = Momentum(factor: 0.9, isNesterov: isNesterov)
    var exact = try #require(prepared.exactDescent(step: 0.02, momentum: momentum))
    let iterated = GradientDescentSolver(step: 0.02, form: .iterated, momentum: momentum)
    var cost = SolverCost()
    var error = Double.nan
    try iterated.follow(prepared, at: [20], cost: &cost) { snapshot in
      if let reference = try? exact.snapshot(at: snapshot.time) {
        error = snapshot.relativeError(against: reference)
      }
      return true
    }
    #expect(cost.steps == 1000)
    #expect(error <= 1e-13)
  }

  /// One entry, by hand: H' = 0.5 (W M - lambda H) with W fixed is a scalar recurrence an entry.
  @Test(arguments: [false, true]) func theRecurrenceIsTheTextbooks(isNesterov: Bool) throws {
    let small = SmallProblem("anchored") {
      $0.modelCase = .anchored
      $0.decay = WeightDecay(features: 0.3, prototypes: 0, bias: 0)
    }
    let problem = try small.problem()
    let pull = problem.labels.pull(problem.initialState.prototypes)[0, 0]
    var (h, v) = (problem.initialState.features[0, 0], 0.0)
    for _ in 0..<50 {
      let gradient = 0.3 * h - pull
      v = 0.8 * v + gradient
      h -= 0.5 * 0.1 * (isNesterov ? gradient + 0.8 * v : v)
    }
    let momentum = Momentum(factor: 0.8, isNesterov: isNesterov)
    let solver = GradientDescentSolver(step: 0.1, form: .iterated, momentum: momentum)
    var cost = SolverCost()
    var final = Double.nan
    try solver.follow(try PreparedProblem(problem), at: [5], cost: &cost) { snapshot in
      final = snapshot.state().state.features[0, 0]
      return true
    }
    #expect(abs(final - h) <= 1e-13 * abs(h))
  }

  @Test func exactMomentumIsRefusedWhereThereIsNone() throws {
    let momentum = Momentum(factor: 0.9, isNesterov: false)
    let exact = GradientDescentSolver(step: 1, form: .exact, momentum: momentum)
    for small in SmallProblem.everyCase {
      let isLinear = Self.linear.contains { $0.name == small.name }
      #expect((exact.refusal(of: try small.problem()) == nil) == isLinear)
    }
  }
}
