import RealModule

/// eta(t) = value factor^floor(t/every).
public struct StepSchedule: WarmableSchedule {
  static let kind = Kind<any WarmableSchedule>(
    "step", "eta(t) = value factor^floor(t/every)",
    parameters: [
      .rate(),
      .required("factor", .number(.nonNegative), "what each step multiplies the rate by"),
      .duration("every", "time between two steps"),
    ]
  ) { fields throws(Fault) in
    StepSchedule(
      value: try fields.number("value"), factor: try fields.number("factor"),
      every: try fields.number("every"))
  }

  let value: Double
  let factor: Double
  let every: Double

  /// A rate that steps down (or up) at every multiple of a time.
  public init(value: Double, factor: Double, every: Double) {
    self.value = value
    self.factor = factor
    self.every = every
  }

  /// The number of whole steps before a time, so that `stepStart` of it is not after the time.
  private func steps(before time: Double) -> Double {
    let steps = (time / every).rounded(.down)
    if (steps + 1) * every <= time { return steps + 1 }
    return steps * every > time ? steps - 1 : steps
  }

  private func rate(ofStep step: Double) -> Double {
    // RealModule's pow(0, 0) is not a number.
    step == 0 ? value : value * Double.pow(factor, step)
  }

  /// The rate of the step that the time lies in.
  public func rate(at time: Double) -> Double { rate(ofStep: steps(before: time)) }

  /// 0 between the jumps.
  public func slope(at time: Double) -> Double { 0 }

  /// The geometric sum of the finished steps and the part of the current one.
  public func integral(to time: Double) -> Double {
    let count = steps(before: time)
    return value * every * geometricSum(count) + rate(ofStep: count) * (time - count * every)
  }

  /// The sum over k < count of factor^k.
  private func geometricSum(_ count: Double) -> Double {
    if factor == 1 { return count }
    if factor == 0 { return count > 0 ? 1 : 0 }
    return Double.expMinusOne(count * Double.log(onePlus: factor - 1)) / (factor - 1)
  }

  /// The sum over the steps of the rate times the moment of its interval. O(log(t/every)).
  public func firstMoment(to time: Double) -> Double {
    let count = steps(before: time)
    let (plain, weighted) = sums(count)
    let start = count * every
    return value * every * every * (weighted + plain / 2)
      + rate(ofStep: count) * (time - start) * (time + start) / 2
  }

  /// The sums over k < count of factor^k and of k factor^k, by doubling: all terms are positive.
  private func sums(_ count: Double) -> (plain: Double, weighted: Double) {
    var (plain, weighted, power, length) = (0.0, 0.0, 1.0, 0.0)
    for bit in (0..<53).reversed() {
      weighted += power * (weighted + length * plain)
      plain += power * plain
      (power, length) = (power * power, 2 * length)
      let isOdd = (count / Double(sign: .plus, exponent: bit, significand: 1)).rounded(.down)
        .truncatingRemainder(dividingBy: 2)
      guard isOdd == 1 else { continue }
      (plain, weighted) = (plain + power, weighted + length * power)
      (power, length) = (power * factor, length + 1)
    }
    return (plain, weighted)
  }

  /// The multiples of `every`.
  public func breakpoints(before end: Double) -> [Double] {
    let limit = Double(Schedules.breakpointLimit + 1)
    return Array(
      stride(from: 1, through: min((end / every).rounded(.up), limit), by: 1)
        .lazy.map { $0 * every }.prefix { $0 < end })
  }
}
