import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Features that cannot move stay where they are, to the last bit and in every solver.
@Suite struct SphericalPoleTests {
  private static let solvers: [NamedSolver] = [
    NamedSolver(name: "closed_form", solver: ClosedFormSolver()),
    NamedSolver(
      name: "ode",
      solver: OdeSolver(
        method: .rk8pd, control: .adaptive(relative: 1e-10, absolute: 1e-12))),
    NamedSolver(
      name: "bsimp",
      solver: OdeSolver(
        method: .bsimp, control: .adaptive(relative: 1e-8, absolute: 1e-12))),
    NamedSolver(name: "iterated", solver: GradientDescentSolver(step: 0.5, form: .iterated)),
    NamedSolver(name: "exact", solver: GradientDescentSolver(step: 0.5, form: .exact)),
  ]

  private func small(classes: Int, dimension: Int, seed: UInt64, rescales: Bool) -> SmallProblem {
    SmallProblem("poles") {
      $0.modelCase = .spherical
      $0.sizes = [Int](repeating: 2, count: classes)
      $0.dimension = dimension
      $0.seed = seed
      $0.rescales = rescales
    }
  }

  /// Every feature a negative multiple of what pulls it.
  private func lookingAway(_ small: SmallProblem) throws -> Problem {
    let problem = try small.problem()
    let pulls = problem.labels.repeated(problem.labels.pull(problem.start.prototypes))
    let lengths = (0..<pulls.columns).map { -3.7 / Double($0 + 1) }
    return problem.starting(
      from: State(
        features: pulls.scalingColumns(by: lengths), prototypes: problem.start.prototypes))
  }

  private func expectNothingMoves(_ problem: Problem) throws {
    let prepared = try PreparedProblem(problem)
    for named in Self.solvers {
      var cost = SolverCost()
      var last: State?
      try named.solver.follow(prepared, at: [0, 100, 1000], cost: &cost) {
        last = $0.state().unscaled
        return true
      }
      #expect(last?.features == problem.initialState.features, "\(named.name)")
    }
    let results = Verification(prepared, solvers: Self.solvers, end: 1000).run()
    #expect(results.filter(\.isFailure) == [])
  }

  @Test(arguments: 1...20, [false, true]) func nothingMovesOnALine(
    seed: Int, rescales: Bool
  ) throws {
    for classes in [2, 4] {
      try expectNothingMoves(
        try small(classes: classes, dimension: 1, seed: UInt64(seed), rescales: rescales)
          .problem())
    }
  }

  @Test(arguments: 1...20, [false, true]) func nothingMovesAwayFromThePole(
    seed: Int, rescales: Bool
  ) throws {
    try expectNothingMoves(
      try lookingAway(
        small(classes: 4, dimension: 3, seed: UInt64(seed), rescales: rescales)))
  }

  /// A millionth away from the pole a feature leaves it.
  @Test func nearThePoleFeaturesMove() throws {
    var problem = try lookingAway(small(classes: 3, dimension: 3, seed: 5, rescales: false))
    var features = problem.initialState.features
    for index in features.elements.indices.prefix(6) { features.elements[index] *= 1 + 1e-6 }
    problem = problem.starting(
      from: State(features: features, prototypes: problem.start.prototypes))
    let prepared = try PreparedProblem(problem)
    // Rounding grows a millionfold on the way, which is nobody's fault.
    let failures = Verification(prepared, solvers: Self.solvers, end: 100).run()
      .filter(\.isFailure)
    #expect(failures == [])
    var flow = try prepared.exactFlow(until: 1e4)
    let cosines = try flow.snapshot(at: 1e4).alignments().cosines
    #expect(cosines.allSatisfy { $0 > 0 })
    #expect(try flow.snapshot(at: 0).alignments().cosines.allSatisfy { $0 < 0 })
  }
}
