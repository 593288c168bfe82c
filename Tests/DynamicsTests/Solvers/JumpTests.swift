import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Integration over jumps of the learning rate, wherever they lie between outputs.
@Suite struct JumpTests {
  private static let outputs = [1.0, 2.5, 5]

  /// The largest error at the outputs against the closed form, whose integrals of the rate are exact.
  private func error(
    _ schedule: any Schedule, _ method: OdeMethod, _ control: StepControl
  ) throws -> (error: Double, evaluations: Int) {
    let problem = try SmallProblem("jumps") {
      $0.sizes = [4, 4, 4]
      $0.rates = LearningRates(prototypes: schedule)
    }.problem()
    let prepared = try PreparedProblem(problem)
    var exact = try prepared.exactFlow(until: 5)
    var error = 0.0
    var cost = SolverCost()
    try OdeSolver(method: method, control: control).follow(
      prepared, at: Self.outputs, cost: &cost
    ) { snapshot in
      guard let reference = try? exact.snapshot(at: snapshot.time) else { return false }
      error = max(error, snapshot.relativeError(against: reference))
      return true
    }
    return (error, cost.evaluations)
  }

  private static let shifts = [0, 1e-16, -1e-16, 1e-9, -1e-9, 0.04, -0.04]

  /// On, beside and between outputs and the end: no worse than a rate that does not jump.
  @Test(
    arguments: OdeMethod.all.filter { $0.allowsFixedStep && !$0.needsJacobian }, shifts)
  func aFixedStepStopsAtJumps(method: OdeMethod, shift: Double) throws {
    let smooth = try error(ConstantSchedule(1), method, .fixed(0.05)).error
    for jump in [1.0, 1.7, 2.5, 5] {
      let schedules: [any Schedule] = [
        MultistepSchedule(value: 1, factor: 0.1, milestones: [jump * (1 + shift)]),
        StepSchedule(value: 1, factor: 0.3, every: jump * (1 + shift)),
        CosineRestartsSchedule(
          value: 1, final: 1, period: jump * (1 + shift), multiplier: 1),
        PiecewiseLinearSchedule(points: [
          (jump * (1 + shift) - 1e-3, 1), (jump * (1 + shift), 0.2),
        ]),
      ]
      for schedule in schedules {
        let found = try error(schedule, method, .fixed(0.05)).error
        #expect(found <= 3 * smooth + 1e-12, "\(schedule): \(found) against \(smooth)")
      }
    }
  }

  /// A jump at the end costs nothing: nobody is there to see it.
  @Test(arguments: [OdeMethod.rk8pd, .dopri5, .dop853, .rkf45])
  func aJumpAtTheEndCostsNothing(method: OdeMethod) throws {
    let control = StepControl.adaptive(relative: 1e-10, absolute: 1e-12)
    let smooth = try error(ConstantSchedule(1), method, control)
    let jumping = try error(
      MultistepSchedule(value: 1, factor: 0.01, milestones: [5]), method, control)
    #expect(jumping.evaluations == smooth.evaluations)
    #expect(jumping.error == smooth.error)
  }

  /// A pulse that is narrower than any step would be without it.
  @Test(arguments: [OdeMethod.rk8pd, .dopri5, .dop853, .rkf45, .rkck], [1e-4, 1e-7])
  func aNarrowPulseIsNotSteppedOver(method: OdeMethod, width: Double) throws {
    let schedule = PiecewiseLinearSchedule(points: [
      (1.3, 0), (1.3 + width / 2, 1 / width), (1.3 + width, 0),
    ])
    let control = StepControl.adaptive(relative: 1e-10, absolute: 1e-12)
    #expect(try error(schedule, method, control).error <= 1e-7)
  }
}
