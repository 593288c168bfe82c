/// What times mean that differ by rounding: step k of length h is at the time k h, exactly. In
/// doubles the product, a milestone and an output time that mean the same number are a few ulps
/// apart; they count as one time. Every discrete solver, schedule and check decides by this.
enum DiscreteTime {
  /// The product k h has two roundings, an output time (end i/m) at most four.
  private static let ulps = 8.0

  /// How far from a time another one may be that means the same.
  static func tolerance(_ time: Double) -> Double { ulps * time.ulp }

  /// Whether two times mean the same.
  static func meets(_ first: Double, _ second: Double) -> Bool {
    abs(first - second) <= tolerance(max(abs(first), abs(second)))
  }

  /// The number of the step nearest to a time.
  static func count(at time: Double, step: Double) -> Double { (time / step).rounded() }

  /// The time of the step nearest to a requested one: as it was requested, where that means the
  /// step's own time.
  static func reported(_ time: Double, step: Double) -> Double {
    let nearest = count(at: time, step: step) * step
    return meets(nearest, time) ? time : nearest
  }
}

/// The rates' jumps and bends as steps meet them, one after the other.
struct JumpSequence {
  private let rates: LearningRates
  private var times: [Double] = []
  private var position = 0
  /// Jumps before this time are in `times`.
  private var horizon = 0.0

  init(_ rates: LearningRates) { self.rates = rates }

  /// A step's time, moved to a jump that means the same time: the rate there is the one after the
  /// jump. Times are asked for in increasing order.
  ///
  /// - Complexity: O(1), amortised.
  mutating func meant(_ time: Double) -> Double {
    let limit = time + DiscreteTime.tolerance(time)
    if limit >= horizon {
      horizon = max(2 * limit, .leastNormalMagnitude)
      times = rates.breakpoints(before: horizon)
      position = 0
    }
    while position < times.count, times[position] < time { position += 1 }
    return position < times.count && times[position] <= limit ? times[position] : time
  }
}
