import Dynamics
import Foundation
import Testing

/// A schedule with its literal formula.
struct ScheduleCase: CustomTestStringConvertible, Sendable {
  let kind: String
  let parameters: [(key: String, value: Value)]
  /// eta(t) as the scenario format defines it.
  let formula: @Sendable (Double) -> Double
  /// Where the formula jumps or bends, up to `end`.
  var breakpoints: [Double] = []
  /// The time up to which tests look.
  var end = 10.0

  var testDescription: String {
    kind + " " + parameters.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  var value: Value {
    .object(
      [Value.Member(key: "kind", value: .string(kind))]
        + parameters.map { Value.Member(key: $0.key, value: $0.value) })
  }

  func schedule() throws -> any Schedule { try Schedules.kinds.make(Fields(value)) }

  static func numbers(_ pairs: KeyValuePairs<String, Double>) -> [(key: String, value: Value)] {
    pairs.map { ($0.key, .number($0.value)) }
  }

  /// Cases that a warm-up can lead to.
  static let plain: [ScheduleCase] = [
    constants, steps, multisteps, exponentials, cosines, restarts, polynomials, inverseRoots,
    piecewise,
  ].flatMap { $0 }

  static let all: [ScheduleCase] = plain + warmups
}

extension ScheduleCase {
  fileprivate static let constants: [ScheduleCase] = [0, 0.3].map { (value: Double) in
    ScheduleCase(kind: "constant", parameters: numbers(["value": value])) { _ in value }
  }

  fileprivate static let steps: [ScheduleCase] = [
    (0.2, 0.5, 1.5), (0.2, 1, 3), (0.2, 0, 4), (0.01, 1.25, 0.75), (3, 0.999, 0.125),
  ].map { (value: Double, factor: Double, every: Double) in
    ScheduleCase(
      kind: "step", parameters: numbers(["value": value, "factor": factor, "every": every]),
      formula: { value * pow(factor, floor($0 / every)) },
      breakpoints: Array(stride(from: every, to: 10, by: every)))
  }

  fileprivate static let multisteps: [ScheduleCase] = [
    (0.5, [2, 3, 7.5]), (0.5, [7.5, 2, 3]), (0.1, []), (2, [4, 4]), (0, [5]), (0.5, [0, 1]),
  ].map { (factor: Double, milestones: [Double]) in
    ScheduleCase(
      kind: "multistep",
      parameters: numbers(["value": 0.4, "factor": factor])
        + [("milestones", .list(milestones.map { .number($0) }))],
      formula: { time in 0.4 * pow(factor, Double(milestones.count { $0 <= time })) },
      breakpoints: Set(milestones).filter { $0 > 0 }.sorted())
  }

  fileprivate static let exponentials: [ScheduleCase] = [
    0.3, 1e-9, 5, 0, -0.4,
  ].map { (rate: Double) in
    ScheduleCase(kind: "exponential", parameters: numbers(["value": 0.2, "rate": rate])) {
      0.2 * exp(-rate * $0)
    }
  }

  static func cosineFormula(
    _ value: Double, _ final: Double, _ period: Double
  ) -> @Sendable (Double) -> Double {
    { $0 < period ? final + (value - final) * (1 + cos(.pi * $0 / period)) / 2 : final }
  }

  fileprivate static let cosines: [ScheduleCase] = [
    (0.1, 0, 6), (0.1, 0.02, 25), (0.1, 0.3, 2),
  ].map { (value: Double, final: Double, period: Double) in
    ScheduleCase(
      kind: "cosine", parameters: numbers(["value": value, "final": final, "period": period]),
      formula: cosineFormula(value, final, period), breakpoints: period < 10 ? [period] : [])
  }

  fileprivate static let restarts: [ScheduleCase] = [
    (0.1, 0, 2.5, 1), (0.1, 0.01, 1.5, 2), (0.1, 0.2, 20, 3), (0.3, 0.1, 0.25, 1.5),
  ].map { (value: Double, final: Double, period: Double, multiplier: Double) in
    ScheduleCase(
      kind: "cosine_restarts",
      parameters: numbers([
        "value": value, "final": final, "period": period, "multiplier": multiplier,
      ]),
      formula: { time in
        var (start, length) = (0.0, period)
        while start + length <= time { (start, length) = (start + length, length * multiplier) }
        return cosineFormula(value, final, length)(time - start)
      },
      breakpoints: starts(period, multiplier))
  }

  private static func starts(_ period: Double, _ multiplier: Double) -> [Double] {
    var (times, length) = ([period], period)
    while let last = times.last, last < 10 {
      length *= multiplier
      times.append(last + length)
    }
    return times.dropLast()
  }

  fileprivate static let polynomials: [ScheduleCase] = [
    (0.1, 0, 6, 1), (0.1, 0.02, 8, 2), (0.1, 0.3, 25, 0.5), (0.2, 0.05, 5, 0), (0.2, 0, 7, 3.5),
  ].map { (value: Double, final: Double, period: Double, power: Double) in
    ScheduleCase(
      kind: "polynomial",
      parameters: numbers(["value": value, "final": final, "period": period, "power": power]),
      formula: { $0 < period ? final + (value - final) * pow(1 - $0 / period, power) : final },
      breakpoints: period < 10 ? [period] : [])
  }
}
