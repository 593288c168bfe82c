/// Cosine cycles of lengths period, period multiplier, period multiplier^2, ..., each from value to
/// final.
public struct CosineRestartsSchedule: WarmableSchedule {
  static let kind = Kind<any WarmableSchedule>(
    "cosine_restarts",
    "cosine cycles from value to final, of lengths period, period multiplier, ...",
    parameters: [
      .rate(), .rate("final", "the rate at the end of each cycle"),
      .duration("period", "length of the first cycle"),
      .required(
        "multiplier", .number(.atLeast(1)), "what each cycle's length is multiplied by"),
    ]
  ) { fields throws(Fault) in
    CosineRestartsSchedule(
      value: try fields.number("value"), final: try fields.number("final"),
      period: try fields.number("period"), multiplier: try fields.number("multiplier"))
  }

  let value: Double
  let final: Double
  let period: Double
  let multiplier: Double

  /// Cosine cycles that restart; the multiplier is at least 1.
  public init(value: Double, final: Double, period: Double, multiplier: Double) {
    self.value = value
    self.final = final
    self.period = period
    self.multiplier = multiplier
  }

  /// The start of the cycle that a time lies in and the cycle itself; the cycles before it are
  /// handed to `body`. O(cycles), O(1) for cycles of one length.
  private func cycle(
    at time: Double, _ body: ((_ start: Double, _ cycle: CosineSchedule) -> Void)? = nil
  ) -> (start: Double, cycle: CosineSchedule) {
    if multiplier == 1, time.isFinite { return equalCycle(at: time, body) }
    var start = 0.0
    var length = period
    while start + length <= time, length.isFinite {
      body?(start, CosineSchedule(value: value, final: final, period: length))
      start += length
      length *= multiplier
    }
    return (start, CosineSchedule(value: value, final: final, period: length))
  }

  /// Cycles of one length start at exact multiples of it.
  private func equalCycle(
    at time: Double, _ body: ((_ start: Double, _ cycle: CosineSchedule) -> Void)?
  ) -> (start: Double, cycle: CosineSchedule) {
    let cycle = CosineSchedule(value: value, final: final, period: period)
    var count = (time / period).rounded(.down)
    if (count + 1) * period <= time { count += 1 }
    if count * period > time { count -= 1 }
    if let body {
      for index in stride(from: 0, to: count, by: 1) { body(index * period, cycle) }
    }
    return (count * period, cycle)
  }

  /// The rate in the current cycle.
  public func rate(at time: Double) -> Double {
    let (start, cycle) = cycle(at: time)
    return cycle.rate(at: time - start)
  }

  /// The slope in the current cycle.
  public func slope(at time: Double) -> Double {
    let (start, cycle) = cycle(at: time)
    return cycle.slope(at: time - start)
  }

  /// A finished cycle adds its mean (value + final)/2 times its length.
  public func integral(to time: Double) -> Double {
    let (start, cycle) = cycle(at: time)
    return (value + final) / 2 * start + cycle.integral(to: time - start)
  }

  /// The sum of the cycles' moments, each shifted by its start.
  public func firstMoment(to time: Double) -> Double {
    var sum = 0.0
    let last = cycle(at: time) { start, cycle in
      sum += moment(of: cycle, from: start, to: start + cycle.period)
    }
    return sum + moment(of: last.cycle, from: last.start, to: time)
  }

  private func moment(
    of cycle: CosineSchedule, from start: Double, to end: Double
  ) -> Double {
    let length = end - start
    return cycle.firstMoment(to: length) + start * cycle.integral(to: length)
  }

  /// The restarts.
  public func breakpoints(before end: Double) -> [Double] {
    var times: [Double] = []
    var start = period
    var length = period
    while start < end, times.count <= Schedules.breakpointLimit {
      times.append(start)
      length *= multiplier
      start = multiplier == 1 ? Double(times.count + 1) * period : start + length
    }
    return times
  }
}
