import DynNumerics
import Testing

@Suite struct OdeFailureTests {
  private let control = StepControl.adaptive(relative: 1e-8, absolute: 1e-8)

  @Test(arguments: OdeMethod.all.filter { !$0.allowsFixedStep })
  func fixedStepsNeedAFixedOrder(method: OdeMethod) {
    let error = #expect(throws: NumericsError.self) {
      _ = try OdeIntegrator(
        OdeProblem.decay.system(CallRecord()), method: method, control: .fixed(0.1))
    }
    #expect(error?.description.hasPrefix("\(method.name) varies its order") == true)
  }

  @Test(arguments: OdeMethod.all) func implicitMethodsNeedAJacobian(method: OdeMethod) throws {
    let system = OdeProblem.decay.system(CallRecord(), hasJacobian: false)
    do {
      _ = try OdeIntegrator(system, method: method, control: control)
      #expect(!method.needsJacobian)
    } catch {
      #expect(method.needsJacobian)
      #expect(error.description == "\(method.name) is implicit and this system has no Jacobian")
    }
  }

  /// The time, step and largest component that a failure carries.
  private func fields(
    _ failure: OdeFailure?
  ) throws -> (time: Double, step: Double, largest: Double) {
    switch try #require(failure) {
    case .blowUp(let time, let step, let largest), .stepUnderflow(let time, let step, let largest):
      return (time, step, largest)
    case .tooManySteps(let time, let step, _, _): return (time, step, .nan)
    case .library(let time, let text):
      Issue.record("unexpected: \(text)")
      return (time, .nan, .nan)
    }
  }

  @Test(arguments: OdeMethod.all) func aSolutionThatEndsIsReportedWhereItEnds(
    method: OdeMethod
  ) throws {
    let outcome = try OdeProblem.explosion.integrated(method, control)
    let (time, step, largest) = try fields(outcome.failure)
    #expect(time > 0.999 && time < 1.001)
    #expect(step > 0 && step < 0.01)
    #expect(largest > 1000 && largest.isFinite)
    #expect(outcome.time == time)
    #expect(outcome.state.allSatisfy { abs($0) == largest })
  }

  @Test(arguments: OdeMethod.all.filter(\.allowsFixedStep))
  func fixedStepsThatOverflowKeepTheLastFiniteState(method: OdeMethod) throws {
    let outcome = try OdeProblem.explosion.integrated(method, .fixed(0.01))
    let (time, step, largest) = try fields(outcome.failure)
    #expect(time > 0.98 && time < 1.2)
    #expect(abs(step - 0.01) < 1e-12)
    #expect(largest > 10 && largest.isFinite)
    #expect(outcome.state == [largest])
    #expect(outcome.time == time)
    let accepted = Double(outcome.statistics.steps)
    #expect(abs(time - accepted * 0.01) < 1e-9, "the failure's time is where its step began")
  }

  /// Half of the entries oscillate and set the steps; the others grow evenly, without any error, until
  /// they are beyond all doubles.
  @Test(arguments: OdeMethod.all.filter { !$0.needsJacobian })
  func overflowWithoutErrorIsSeen(method: OdeMethod) throws {
    let system = OdeSystem(dimension: 32) { _, state, target in
      for index in 0..<16 { target[index] = index % 2 == 0 ? state[index + 1] : -state[index - 1] }
      for index in 16..<32 { target[index] = 1e307 }
    }
    var integrator = try OdeIntegrator(system, method: method, control: control)
    var (state, time) = ([Double](repeating: 1, count: 16) + [Double](repeating: 0, count: 16), 0.0)
    integrator.nextStep = 0.01
    let failure = #expect(throws: OdeFailure.self) {
      try integrator.advance(&state, time: &time, to: 100)
    }
    guard case .blowUp(let failureTime, _, let largest)? = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(state.allSatisfy(\.isFinite) && largest.isFinite)
    #expect(failureTime == time && time > 10 && time < 18)
    #expect(abs(largest - time * 1e307) <= 1e-6 * largest)
  }

  private func integrated(
    _ method: OdeMethod, from start: Double, to end: Double,
    _ rightHandSide: @escaping (Double, Double) -> Double
  ) throws -> (failure: OdeFailure?, state: [Double], time: Double) {
    let system = OdeSystem(
      dimension: 1,
      jacobian: { _, _, byState, byTime in
        byState[0] = 0
        byTime[0] = 0
      }
    ) { time, state, target in target[0] = rightHandSide(time, state[0]) }
    var integrator = try OdeIntegrator(system, method: method, control: control)
    var (state, time) = ([start], 0.0)
    do throws(OdeFailure) {
      try integrator.advance(&state, time: &time, to: end)
    } catch { return (error, state, time) }
    return (nil, state, time)
  }

  @Test(arguments: OdeMethod.all) func aRightHandSideThatIsNotANumberStopsBeforeIt(
    method: OdeMethod
  ) throws {
    let result = try integrated(method, from: 1, to: 1) { time, _ in time > 0.5 ? .nan : 1 }
    let (time, step, largest) = try fields(result.failure)
    #expect(time <= 0.5 && time == result.time)
    #expect(step > 0)
    #expect(largest == abs(result.state[0]) && largest.isFinite)
  }

  /// y = -ln |1 - 3t| has no end, but grows so slowly that steps vanish before the state does.
  @Test(arguments: OdeMethod.all) func stepsThatShrinkToNothingEndTheRun(
    method: OdeMethod
  ) throws {
    let result = try integrated(method, from: 0, to: 1) { time, _ in 3 / (1 - 3 * time) }
    let (time, step, largest) = try fields(result.failure)
    #expect(abs(time - 1.0 / 3) < 1e-9)
    #expect(step < 1e-9)
    #expect(largest == abs(result.state[0]) && largest < 100)
  }

  @Test func moreStepsThanTheLimitAreRefusedBeforeTheFirst() throws {
    let outcome = try OdeProblem.decay.integrated(.rk4, .fixed(1e-9))
    #expect(
      outcome.failure
        == .tooManySteps(time: 0, step: 1e-9, taken: 0, isStiff: false))
    #expect(outcome.statistics.evaluations == 0)
    #expect(outcome.state == [1])
  }

  @Test func anIntegratorGoesOnAfterARestart() throws {
    let record = CallRecord()
    let problem = OdeProblem.decay
    var integrator = try OdeIntegrator(problem.system(record), method: .msadams, control: control)
    var (state, time) = ([1.0], 0.0)
    try integrator.advance(&state, time: &time, to: 1)
    state = [2]
    integrator.restart()
    try integrator.advance(&state, time: &time, to: 2)
    #expect(abs(state[0] - 2 * problem.solution(1)[0]) <= 1e-6)
  }
}
