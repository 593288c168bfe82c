import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Blocks that several threads work on.
@Suite struct BlockThreadTests {
  /// Every case, with more blocks than one thread takes at once; dense kernels stay small.
  static let problems = SmallProblem.everyCase.map { small in
    var small = small
    guard small.kernel == nil else { return small }
    small.dimension = small.modelCase == .spherical ? 6 : 21
    if small.modelCase == .spherical { small.sizes = [9, 6, 3, 2] }
    return small
  }

  static let solvers: [(String, any Solver)] =
    OdeMethod.all.map { method in
      (
        method.name,
        OdeSolver(method: method, control: .adaptive(relative: 1e-7, absolute: 1e-9))
          as any Solver
      )
    } + [
      ("dopri5 with a fixed step", OdeSolver(method: .dopri5, control: .fixed(0.3))),
      ("descent", GradientDescentSolver(step: 0.1, form: .iterated)),
      (
        "descent with momentum",
        GradientDescentSolver(
          step: 0.1, form: .iterated, momentum: Momentum(factor: 0.8, isNesterov: true))
      ),
    ]

  private func follow(
    _ problem: Problem, _ solver: any Solver, threads: Int, times: [Double]
  ) throws -> (states: [State], cost: SolverCost) {
    let prepared = try PreparedProblem(problem, threads: threads)
    var states: [State] = []
    var cost = SolverCost()
    try solver.follow(prepared, at: solver.reportTimes(for: times), cost: &cost) {
      states.append($0.state().unscaled)
      return true
    }
    return (states, cost)
  }

  @Test(arguments: problems, solvers.indices)
  func threadsGiveTheSameBits(small: SmallProblem, index: Int) throws {
    let (problem, solver) = (try small.problem(), Self.solvers[index].1)
    let times = [0, 0.5, 2, 7.3]
    let expected = try follow(problem, solver, threads: 1, times: times)
    #expect(expected.states.count == times.count)
    for threads in 2...3 {
      let found = try follow(problem, solver, threads: threads, times: times)
      #expect(found.states == expected.states, "\(Self.solvers[index].0), \(threads) threads")
      #expect(found.cost == expected.cost)
    }
  }

  /// A row of (H, W) is a problem of its own: it gets the same bits alone, and the cost of all is the
  /// mean of theirs, rounded up.
  @Test(
    arguments: problems.filter { $0.isLinear && !$0.hasBias }, solvers.indices)
  func rowsAreProblemsOfTheirOwn(small: SmallProblem, index: Int) throws {
    let (problem, solver) = (try small.problem(), Self.solvers[index].1)
    let times = [0, 0.5, 2, 7.3]
    let whole = try follow(problem, solver, threads: 2, times: times)
    let start = problem.initialState
    var (evaluations, steps, rejected) = (0, 0, 0)
    for row in 0..<problem.featureDimension {
      func single(_ matrix: Matrix) -> Matrix {
        Matrix(
          rows: 1, columns: matrix.columns,
          elements: Array(matrix.elements[matrix.range(ofRow: row)]))
      }
      let alone = Problem(
        modelCase: problem.modelCase, loss: problem.loss, labels: problem.labels,
        decay: problem.decay,
        initialState: State(
          features: single(start.features), prototypes: single(start.prototypes)),
        rates: problem.rates)
      let found = try follow(alone, solver, threads: 1, times: times)
      for (state, all) in zip(found.states, whole.states) {
        #expect(state.features == single(all.features), "row \(row)")
        #expect(state.prototypes == single(all.prototypes), "row \(row)")
      }
      evaluations += found.cost.evaluations
      steps += found.cost.steps
      rejected += found.cost.rejectedSteps
    }
    func mean(_ sum: Int) -> Int {
      Int((Double(sum) / Double(problem.featureDimension)).rounded(.up))
    }
    #expect(whole.cost.evaluations == mean(evaluations))
    #expect(whole.cost.steps == mean(steps))
    #expect(whole.cost.rejectedSteps == mean(rejected))
  }

  @Test(arguments: problems) func descentCostsItsSteps(small: SmallProblem) throws {
    let solver = GradientDescentSolver(step: 0.1, form: .iterated)
    let cost = try follow(try small.problem(), solver, threads: 2, times: [0, 0.5, 7.3]).cost
    #expect(cost.steps == 73 && cost.evaluations == 73 && cost.rejectedSteps == 0)
  }

  /// A fixed step of six stages; the first slope comes from the step before, afresh after an output.
  @Test(arguments: problems.filter { $0.isLinear })
  func fixedStepsCostTheirStages(small: SmallProblem) throws {
    var small = small
    small.rates = LearningRates(prototypes: ConstantSchedule(0.5))
    let solver = OdeSolver(method: .dopri5, control: .fixed(0.25))
    let cost = try follow(try small.problem(), solver, threads: 2, times: [0, 1, 5]).cost
    #expect(cost.steps == 20 && cost.rejectedSteps == 0)
    #expect(cost.evaluations == 20 * 6 + 2)
  }
}
