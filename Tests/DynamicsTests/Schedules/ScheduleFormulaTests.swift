import Foundation
import Testing

@testable import Dynamics

@Suite struct ScheduleFormulaTests {
  @Test(arguments: Schedules.kinds.map(\.description.name))
  func everyKindHasCases(name: String) {
    #expect(ScheduleCase.all.count { $0.kind == name } >= 2)
  }

  @Test(arguments: ScheduleCase.all) func casesAreValidScenarios(_ sample: ScheduleCase) {
    #expect(Schedules.kinds.shape().faults(of: sample.value) == [])
  }

  @Test(arguments: ScheduleCase.all) func ratesFollowTheContractsFormula(
    _ sample: ScheduleCase
  ) throws {
    let schedule = try sample.schedule()
    let grid = (0...400).map { Double($0) * sample.end / 399.5 }
    let wrong = (grid + sample.breakpoints + [1e-12, 1e-9, 1000]).filter { time in
      let expected = sample.formula(time)
      return !(abs(schedule.rate(at: time) - expected) <= 1e-14 * max(expected, 0.3))
    }
    #expect(wrong.isEmpty)
  }

  @Test(arguments: ScheduleCase.all) func breakpointsAreWhereTheFormulaJumpsOrBends(
    _ sample: ScheduleCase
  ) throws {
    let schedule = try sample.schedule()
    let found = schedule.breakpoints(before: sample.end)
    #expect(found == found.sorted() && Set(found).count == found.count)
    #expect(found.allSatisfy { $0 > 0 && $0 < sample.end })
    #expect(found.count == sample.breakpoints.count)
    #expect(zip(found, sample.breakpoints).allSatisfy { abs($0 - $1) <= 4 * $1.ulp })
  }

  @Test(arguments: ScheduleCase.all) func breakpointsExcludeTheEndItself(
    _ sample: ScheduleCase
  ) throws {
    let schedule = try sample.schedule()
    for point in schedule.breakpoints(before: sample.end) {
      #expect(!schedule.breakpoints(before: point).contains(point))
      #expect(schedule.breakpoints(before: point.nextUp).last == point)
    }
  }

  /// The intervals between neighbouring breakpoints, from 0 to the end.
  private func pieces(
    _ sample: ScheduleCase, _ schedule: any Schedule
  ) -> [(start: Double, length: Double)] {
    let stops = [0] + schedule.breakpoints(before: sample.end) + [sample.end]
    return zip(stops, stops.dropFirst()).map { ($0, $1 - $0) }
  }

  /// Between breakpoints the rate grows by its slope: a jump or kink would show.
  @Test(arguments: ScheduleCase.all) func ratesAreSmoothBetweenBreakpoints(
    _ sample: ScheduleCase
  ) throws {
    let schedule = try sample.schedule()
    for piece in pieces(sample, schedule) {
      let width = piece.length * 0.98 / 400
      let times = (0..<400).map { piece.start + 0.01 * piece.length + width * Double($0) }
      let steepest = times.map { abs(schedule.slope(at: $0)) }.max() ?? 0
      let rough = times.filter { time in
        let slopes = [0, 0.5, 1].map { schedule.slope(at: time + width * $0) }
        let growth = (slopes[0] + 4 * slopes[1] + slopes[2]) / 6 * width
        let actual = schedule.rate(at: time + width) - schedule.rate(at: time)
        return !(abs(actual - growth) <= 1e-5 * steepest * width + 1e-15)
      }
      #expect(rough.isEmpty)
    }
  }

  @Test(arguments: ScheduleCase.all) func slopesAreTheRatesDerivatives(
    _ sample: ScheduleCase
  ) throws {
    let schedule = try sample.schedule()
    for piece in pieces(sample, schedule) {
      let wrong = [0.1, 0.35, 0.5, 0.8].filter { share in
        let time = piece.start + piece.length * share
        let step = min(piece.length, 0.5) * 0.01
        let expected = Quadrature.derivative(at: time, step: step, schedule.rate)
        return !(abs(schedule.slope(at: time) - expected) <= 1e-10 * max(abs(expected), 1))
      }
      #expect(wrong.isEmpty)
    }
  }

  @Test(arguments: ScheduleCase.all) func ratesAndSlopesAreRightContinuous(
    _ sample: ScheduleCase
  ) throws {
    let schedule = try sample.schedule()
    let wrong = ([0] + schedule.breakpoints(before: sample.end)).filter { time in
      let after = time + 1e-9
      let slope = schedule.slope(at: time)
      let growth = schedule.rate(at: after) - schedule.rate(at: time)
      return
        !(abs(growth - 1e-9 * slope) <= 1e-14
        && abs(schedule.slope(at: after) - slope) <= 1e-5)
    }
    #expect(wrong.isEmpty)
  }
}
