import RealModule

/// eta(t) = value factor^(number of milestones <= t).
public struct MultistepSchedule: WarmableSchedule {
  static let kind = Kind<any WarmableSchedule>(
    "multistep", "eta(t) = value factor^(number of milestones up to t)",
    parameters: [
      .rate(),
      .required("factor", .number(.nonNegative), "what each milestone multiplies the rate by"),
      .required(
        "milestones", .list(of: .number(.nonNegative), minimumCount: 0), "times of the steps"),
    ]
  ) { fields throws(Fault) in
    MultistepSchedule(
      value: try fields.number("value"), factor: try fields.number("factor"),
      milestones: fields.numbers("milestones").sorted())
  }

  let value: Double
  let factor: Double
  let milestones: [Double]

  /// A rate that is multiplied at every milestone; milestones increase.
  public init(value: Double, factor: Double, milestones: [Double]) {
    self.value = value
    self.factor = factor
    self.milestones = milestones
  }

  private func rate(after passed: Int) -> Double { value * Double.pow(factor, passed) }

  /// The rate after the milestones passed.
  public func rate(at time: Double) -> Double {
    rate(after: milestones.prefix { $0 <= time }.count)
  }

  /// 0 between the jumps.
  public func slope(at time: Double) -> Double { 0 }

  /// The sum over the pieces of rate times length. O(milestones).
  public func integral(to time: Double) -> Double {
    sumOverPieces(to: time) { start, end in end - start }
  }

  /// The sum over the pieces of rate times moment. O(milestones).
  public func firstMoment(to time: Double) -> Double {
    sumOverPieces(to: time) { start, end in (end - start) * (end + start) / 2 }
  }

  private func sumOverPieces(
    to time: Double, _ measure: (_ start: Double, _ end: Double) -> Double
  ) -> Double {
    var sum = 0.0
    var start = 0.0
    for (passed, milestone) in milestones.prefix(while: { $0 < time }).enumerated() {
      sum += rate(after: passed) * measure(start, milestone)
      start = milestone
    }
    return sum + rate(after: milestones.prefix { $0 < time }.count) * measure(start, time)
  }

  /// The milestones, each once.
  public func breakpoints(before end: Double) -> [Double] {
    var times: [Double] = []
    for milestone in milestones where milestone > 0 && milestone < end {
      if times.last != milestone { times.append(milestone) }
    }
    return times
  }
}
