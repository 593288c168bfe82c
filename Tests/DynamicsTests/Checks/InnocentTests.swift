import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Problems that checks have no right to accuse.
@Suite struct InnocentTests {
  private func failures(_ problem: Problem, _ solvers: [NamedSolver], end: Double) throws
    -> [String]
  {
    Verification(try PreparedProblem(problem), solvers: solvers, end: end).run()
      .filter(\.isFailure).map { "\($0.check) by \($0.solver): \($0.observed), \($0.verdict)" }
  }

  static let schedules: [any Schedule & Sendable] = [
    WarmupSchedule(duration: 10, then: StepSchedule(value: 0.1, factor: 0.9, every: 5)),
    WarmupSchedule(
      duration: 7, then: MultistepSchedule(value: 0.1, factor: 0.5, milestones: [3, 3.5, 9])),
    CosineRestartsSchedule(value: 0.1, final: 0.01, period: 2, multiplier: 1),
    CosineRestartsSchedule(value: 0.1, final: 0, period: 1.5, multiplier: 2),
    StepSchedule(value: 0.1, factor: 0.99, every: 0.3),
  ]

  /// Steps beside a jump see what the schedule is there, not what it is at the jump.
  @Test(arguments: schedules.indices, [1, 0.3, 0.07, 0.5])
  func ratesBetweenJumpsAreThoseOfTheSchedule(schedule: Int, step: Double) throws {
    let small = SmallProblem("rates") {
      $0.rates = LearningRates(prototypes: Self.schedules[schedule])
    }
    let descent = NamedSolver(
      name: "descent", solver: GradientDescentSolver(step: step, form: .exact))
    #expect(try failures(try small.problem(), [descent], end: 20) == [])
  }

  /// Where the kernel sees no difference between samples, W grows linearly and the direction comes
  /// in like zeta e^(-rate zeta).
  @Test(arguments: [0.5, 1, 2]) func aKernelOfOnesComesInWithAPower(ratio: Double) throws {
    let small = SmallProblem("ones") {
      $0.modelCase = .ntkInvariant
      $0.sizes = [1, 1]
      $0.dimension = 3
      $0.rates = LearningRates(prototypes: ConstantSchedule(1), features: .proportional(ratio))
    }
    let plain = try small.problem()
    let problem = Problem(
      modelCase: plain.modelCase, loss: plain.loss, labels: plain.labels, decay: .none,
      features: KernelFeatures(
        KroneckerKernel(
          coordinates: nil, samples: Matrix(rows: 2, columns: 2, elements: [1, 1, 1, 1]))),
      initialState: plain.initialState, rates: plain.rates)
    let prepared = try PreparedProblem(problem)
    guard case .exponential(_, let degree) = prepared.prediction.approach else {
      Issue.record("no exponential rate")
      return
    }
    #expect(degree == 1)
    #expect(try failures(problem, [], end: 80) == [])
  }

  /// Nothing is no fault.
  @Test(arguments: SmallProblem.everyCase.filter { $0.modelCase != .spherical && !$0.hasBias })
  func zeroStatesPass(small: SmallProblem) throws {
    let problem = try small.problem().scaled(features: 0, prototypes: 0)
    #expect(try failures(problem, [], end: 5) == [])
  }

  /// Scales at which squares leave the range of a double.
  @Test(arguments: SmallProblem.everyCase.filter { !$0.hasBias }, [1e-160, 1e-150, 1e140, 1e150])
  func extremeScalesPass(small: SmallProblem, scale: Double) throws {
    let problem = try small.problem().scaled(features: scale, prototypes: scale)
    for failure in try failures(problem, [], end: 5) { Issue.record("\(failure)") }
  }
}
