import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Steps, jumps and output times that mean the same decimal are the same time. What is right is
/// decided by integers: with step j/q, step k is at k j/q.
@Suite struct DiscreteTimeTests {
  /// Step counts at which jumps are put.
  private static let counts = [1, 2, 3, 6, 7, 11, 29, 58, 113, 199]

  /// The rates of steps 0 ..< count.
  private func rates(_ schedule: any Schedule, step: Double, count: Int) -> [Double] {
    var clock = DescentClock(LearningRates(prototypes: schedule), step: step)
    return (0..<count).compactMap { _ in
      clock.next(before: .infinity).map { $0.prototypes / step }
    }
  }

  @Test(arguments: [10, 100, 1000]) func aMilestoneActsAtItsStep(denominator: Int) {
    for numerator in 1..<denominator {
      let step = Double(numerator) / Double(denominator)
      let milestones = Self.counts.map { Double($0 * numerator) / Double(denominator) }
      let schedule = MultistepSchedule(value: 1, factor: 0.5, milestones: milestones)
      var expected = 1.0
      let found = rates(schedule, step: step, count: 205)
      for (count, rate) in found.enumerated() {
        if Self.counts.contains(count) { expected *= 0.5 }
        if abs(rate - expected) > 1e-12 * expected {
          Issue.record("step \(numerator)/\(denominator): step \(count) has rate \(rate)")
        }
      }
    }
  }

  /// every = m step: steps k with k/m whole begin a new rate.
  @Test(arguments: [10, 100, 1000], [2, 3, 7]) func everyStepActsAtItsMultiple(
    denominator: Int, multiple: Int
  ) {
    for numerator in 1..<denominator {
      let step = Double(numerator) / Double(denominator)
      let every = Double(multiple * numerator) / Double(denominator)
      let schedule = StepSchedule(value: 1, factor: 0.9, every: every)
      let restarts = CosineRestartsSchedule(value: 1, final: 0.1, period: every, multiplier: 1)
      for (count, rate) in rates(schedule, step: step, count: 200).enumerated() {
        var expected = 1.0
        for _ in 0..<count / multiple { expected *= 0.9 }
        if abs(rate - expected) > 1e-12 * expected {
          Issue.record("step \(step), every \(every): step \(count) has rate \(rate)")
        }
      }
      for (count, rate) in rates(restarts, step: step, count: 200).enumerated() {
        // The first step of a cycle has the full rate, no other one has.
        if (abs(rate - 1) < 1e-9) != count.isMultiple(of: multiple) {
          Issue.record("step \(step), period \(every): step \(count) has rate \(rate)")
        }
      }
    }
  }

  @Test func aWarmUpDoesNotHideAJump() {
    let schedule = WarmupSchedule(
      duration: 0.3, then: MultistepSchedule(value: 1, factor: 0.1, milestones: [0.9]))
    let found = rates(schedule, step: 0.3, count: 5)
    #expect(found[0] == 0)
    for (rate, expected) in zip(found.dropFirst(), [1, 1, 0.1, 0.1]) {
      #expect(abs(rate - expected) < 1e-14)
    }
  }

  @Test func jumpsBetweenStepsActAtTheNextStep() {
    let schedule = MultistepSchedule(value: 1, factor: 0.1, milestones: [0.899999, 1.200001])
    #expect(
      rates(schedule, step: 0.3, count: 6).map { ($0 * 1000).rounded() / 1000 }
        == [1, 1, 1, 0.1, 0.1, 0.01])
  }

  /// As many rows as were asked for, with the times that were asked for.
  @Test(arguments: [10, 100, 1000]) func outputTimesThatAreStepsStayAsTheyAre(denominator: Int) {
    for numerator in 1..<denominator {
      let step = Double(numerator) / Double(denominator)
      let end = Double(10 * numerator) / Double(denominator)
      let times = (0...10).map { end * Double($0) / 10 }
      let solver = GradientDescentSolver(step: step, form: .exact)
      #expect(solver.reportTimes(for: times) == times, "step \(step)")
    }
    let uneven = GradientDescentSolver(step: 0.3, form: .exact).reportTimes(for: [0, 0.1, 0.2, 1])
    #expect(uneven == [0, 0.3, 0.8999999999999999])
  }
}

/// A descent with step h at the rate eta(t) is one with step 1 at the rate h eta(h t): jumps that
/// act a step late break this law.
@Suite struct DescentScalingTests {
  @Test(
    arguments: [
      #"{"kind": "gradient_descent", "step": STEP}"#,
      #"{"kind": "gradient_descent", "form": "exact", "step": STEP}"#,
      #"{"kind": "gradient_descent", "momentum": 0.5, "step": STEP}"#,
      #"{"kind": "gradient_descent", "form": "exact", "momentum": 0.5, "step": STEP}"#,
    ], [0.3, 0.7, 0.0003, 0.07])
  func stepsOfAnyLengthSeeTheSameJumps(solver: String, step: Double) throws {
    func state(_ step: Double, value: Double, _ jumps: [Double], end: Double) throws -> State {
      let problem = try SmallProblem("jumps") {
        $0.rates = LearningRates(
          prototypes: MultistepSchedule(value: value, factor: 0.1, milestones: jumps))
      }.problem()
      let isExact = solver.contains("exact")
      let momentum = Momentum(factor: solver.contains("momentum") ? 0.5 : 0, isNesterov: false)
      let descent = GradientDescentSolver(
        step: step, form: isExact ? .exact : .iterated, momentum: momentum)
      return try #require(try descent.states(of: problem, at: [end]).last)
    }
    let jumps = [3.0, 7, 11]
    let long = try state(
      step, value: 0.5 / step, jumps.map { Double(Int($0 * (step * 10_000).rounded())) / 10_000 },
      end: 20 * step)
    let unit = try state(1, value: 0.5, jumps, end: 20)
    let difference = long.features - unit.features
    #expect(difference.elements.norm <= 1e-12 * unit.features.elements.norm)
  }
}
