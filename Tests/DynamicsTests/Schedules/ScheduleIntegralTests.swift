import Foundation
import Testing

@testable import Dynamics

@Suite struct ScheduleIntegralTests {
  /// Small times, times around breakpoints and times beyond all of them.
  private func times(_ sample: ScheduleCase) -> [Double] {
    let middles = (sample.breakpoints.prefix(3) + sample.breakpoints.suffix(1))
      .flatMap { [$0, $0 * 1.001] }
    return [1e-12, 1e-9, 1e-6, 1e-3, 0.1, 1, 2.4, 6.28, sample.end] + middles
  }

  private func isClose(_ value: Double, _ expected: Double) -> Bool {
    abs(value - expected) <= 1e-13 * abs(expected)
  }

  @Test(arguments: ScheduleCase.all) func integralsAreThoseOfTheRate(
    _ sample: ScheduleCase
  ) throws {
    let schedule = try sample.schedule()
    let breakpoints = schedule.breakpoints(before: sample.end)
    #expect(schedule.integral(to: 0) == 0)
    let wrong = times(sample).filter { time in
      let expected = Quadrature.integral(to: time, breakpoints: breakpoints, schedule.rate)
      return !isClose(schedule.integral(to: time), expected)
    }
    #expect(wrong.isEmpty)
  }

  @Test(arguments: ScheduleCase.plain) func momentsAreThoseOfTheRate(
    _ sample: ScheduleCase
  ) throws {
    let schedule = try Schedules.warmableKinds.make(Fields(sample.value))
    let breakpoints = schedule.breakpoints(before: sample.end)
    #expect(schedule.firstMoment(to: 0) == 0)
    let wrong = times(sample).filter { time in
      let expected = Quadrature.integral(to: time, breakpoints: breakpoints) {
        $0 * schedule.rate(at: $0)
      }
      return !isClose(schedule.firstMoment(to: time), expected)
    }
    #expect(wrong.isEmpty)
  }

  /// The longest known sums in closed form.
  @Test func manyStepsAddUpToTheGeometricSeries() throws {
    let schedule = StepSchedule(value: 2, factor: 0.9, every: 0.5)
    #expect(isClose(schedule.integral(to: 50_000), 2 * 0.5 / (1 - 0.9)))
  }

  /// Rates that start at zero: t^3 and t^2 terms must not drown in the rounding of larger ones.
  @Test(arguments: [1e-9, 1e-6, 1e-3]) func integralsOfRatesThatStartAtZeroKeepTheirDigits(
    time: Double
  ) {
    let cosine = CosineSchedule(value: 0, final: 0.1, period: 1)
    let x = Double.pi * time
    let square = x * x
    let cosineIntegral = 0.05 * time * square * (1 / 6.0 - square / 120 + square * square / 5040)
    #expect(abs(cosine.integral(to: time) / cosineIntegral - 1) <= 1e-13)
    let line = PolynomialSchedule(value: 0, final: 0.1, period: 1, power: 1)
    #expect(abs(line.integral(to: time) / (0.05 * time * time) - 1) <= 1e-13)
  }

  @Test(arguments: [10.0, 30, 100], [0.05, 0.2, 0.24, 0.26, 0.9])
  func momentsOfSteepPolynomialsKeepTheirDigits(power: Double, share: Double) {
    let schedule = PolynomialSchedule(value: 0.1, final: 0, period: 8, power: power)
    let time = 8 * share
    let expected = Quadrature.integral(to: time, breakpoints: []) { $0 * schedule.rate(at: $0) }
    let error = abs(schedule.firstMoment(to: time) - expected) / expected
    #expect(error <= 1e-13)
  }

  @Test func warmupDoesNotShiftWhatFollows() {
    let then = CosineSchedule(value: 0.1, final: 0, period: 10)
    let warmup = WarmupSchedule(duration: 4, then: then)
    #expect(warmup.rate(at: 4) == then.rate(at: 4))
    #expect(warmup.rate(at: 7) == then.rate(at: 7))
    #expect(warmup.rate(at: 2) == then.rate(at: 2) / 2)
  }
}
