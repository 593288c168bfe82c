import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Integrations that would not end say so, and say what to use instead.
@Suite struct StepLimitTests {
  private static let stiff = SmallProblem("stiff") {
    $0.modelCase = .regularized
    $0.decay = WeightDecay(features: 1, prototypes: 1, bias: 1)
    $0.hasBias = true
  }

  private func failure(
    _ small: SmallProblem, _ ode: OdeSolver, end: Double, threads: Int
  ) throws -> (failure: SolverFailure?, cost: SolverCost) {
    let prepared = try PreparedProblem(try small.problem(), threads: threads)
    var cost = SolverCost()
    do throws(SolverFailure) {
      try ode.follow(prepared, at: [1, end], cost: &cost) { _ in true }
    } catch { return (error, cost) }
    return (nil, cost)
  }

  @Test(arguments: [OdeMethod.rk8pd, .rkf45, .rk4, .dopri5, .dop853])
  func stiffProblemsNameTheImplicitMethods(method: OdeMethod) throws {
    let ode = OdeSolver(method: method, control: .adaptive(relative: 1e-8, absolute: 1e-10))
    let (failure, cost) = try failure(Self.stiff, ode, end: 1e12, threads: 1)
    let text = try #require(failure).description
    #expect(text.hasPrefix("\(method.name) reached only t = "))
    #expect(text.contains("the system is stiff"))
    #expect(text.contains("use an implicit method, bsimp or msbdf, or end earlier"))
    #expect(failure?.cause == .tooManySteps)
    #expect(cost.steps > 0, "what was done before the first output")
    for threads in [2, 5] {
      let other = try self.failure(Self.stiff, ode, end: 1e12, threads: threads)
      #expect(other.failure == failure)
      #expect(other.cost == cost)
    }
  }

  @Test func theImplicitMethodDoesIt() throws {
    let ode = OdeSolver(method: .bsimp, control: .adaptive(relative: 1e-8, absolute: 1e-10))
    let failure = try failure(Self.stiff, ode, end: 1e12, threads: 1).failure
    #expect(failure == nil)
  }

  @Test func tooManyFixedStepsAreRefusedBeforeTheFirst() throws {
    let ode = OdeSolver(method: .rk4, control: .fixed(1e-9))
    let (failure, cost) = try failure(Self.stiff, ode, end: 1e3, threads: 1)
    #expect(
      failure?.description
        == "rk4 would take 1000000000000.0 steps up to t = 1000.0, more than 50000000: lengthen the "
        + "step, end earlier, or give tolerances instead")
    #expect(cost == SolverCost())
  }

  /// A rate that falls to nothing: steps grow with time, and the forecast knows it.
  @Test func stepsThatWillGrowAreNotGivenUp() throws {
    var small = Self.stiff
    small.rates = LearningRates(prototypes: ExponentialSchedule(value: 1, decay: 1e-5))
    let ode = OdeSolver(method: .dopri5, control: .adaptive(relative: 1e-6, absolute: 1e-8))
    let failure = try failure(small, ode, end: 1e15, threads: 1).failure
    #expect(failure == nil)
  }

  /// Where every step ends at a jump they are counted all the same.
  @Test func stepsFromJumpToJumpAreCounted() throws {
    let small = SmallProblem("many jumps") {
      $0.rates = LearningRates(prototypes: StepSchedule(value: 0.5, factor: 0.999, every: 0.01))
    }
    let ode = OdeSolver(method: .dopri5, control: .adaptive(relative: 1e-4, absolute: 1e-6))
    let failure = try StepLimit.$current.withValue(StepLimit(explicit: 1000, implicit: 1000)) {
      try self.failure(small, ode, end: 20, threads: 1).failure
    }
    #expect(failure?.cause == .tooManySteps)
  }

  /// Exact descent costs nothing for each coordinate, and is followed where iterating is not.
  @Test func onlyIteratedDescentIsRefusedForTheSizeOfTheState() throws {
    let small = SmallProblem("wide") {
      $0.dimension = 4000
      $0.end = 40_000
    }
    let prepared = try PreparedProblem(try small.problem(), threads: 1)
    let verification = Verification(prepared, solvers: [], end: small.end)
    let exact = verification.stepRefusal(of: GradientDescentSolver(step: 1, form: .exact))
    let iterated = verification.stepRefusal(of: GradientDescentSolver(step: 1, form: .iterated))
    #expect(exact == nil)
    #expect(iterated == "descent takes 40000.0 steps to the end, more than 31250.0")
  }

  /// A verification says of each check that it would not end, and ends.
  @Test func aVerificationEnds() throws {
    // Towards features that stay, so that nothing but the number of steps ends it.
    let small = SmallProblem("stiff, anchored") {
      $0.modelCase = .anchored
      $0.decay = WeightDecay(features: 1, prototypes: 0, bias: 0)
    }
    let prepared = try PreparedProblem(try small.problem(), threads: 1)
    let results = Verification(prepared, solvers: [], end: 1e9).run()
    let failures = results.filter { $0.isFailure }
    #expect(failures.isEmpty)
    let compared = try #require(results.first { $0.check == "exact flow against ode" })
    guard case .notApplicable(let reason) = compared.verdict else {
      Issue.record("\(compared)")
      return
    }
    #expect(reason.contains("use an implicit method, bsimp or msbdf"))
  }
}
