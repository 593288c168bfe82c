import RealModule

/// The steps of gradient descent: step k is taken at time k h with e = h eta(k h), jumps of eta by
/// the rule of `DiscreteTime`.
struct DescentClock {
  private let rates: LearningRates
  private let step: Double
  private let meter: ProgressMeter?
  private var jumps: JumpSequence
  /// How many steps lie before the present time, those before the run began counted.
  private(set) var stepsTaken: Int

  /// A clock that tells `meter` of its steps: nil where the steps are planned long before they are
  /// taken.
  init(_ rates: LearningRates, step: Double, meter: ProgressMeter? = .current) {
    self.rates = rates
    self.step = step
    self.meter = meter
    stepsTaken = Int(DiscreteTime.count(at: rates.begin, step: step))
    jumps = JumpSequence(rates)
  }

  /// The step sizes (e_1, e_2) of the next step, or nil when `time` has been reached.
  mutating func next(before time: Double) -> RatePair? {
    let now = Double(stepsTaken) * step
    guard now < time - step / 2 else { return nil }
    if let meter { meter.reached(now) }
    stepsTaken += 1
    let rates = rates.rates(at: jumps.meant(now))
    return RatePair(features: step * rates.features, prototypes: step * rates.prototypes)
  }

  /// The sizes of the next steps, up to a number of them; nil when `time` has been reached.
  mutating func next(_ limit: Int, before time: Double) -> [RatePair]? {
    var sizes: [RatePair] = []
    while sizes.count < limit, let size = next(before: time) { sizes.append(size) }
    return sizes.isEmpty ? nil : sizes
  }
}

/// A product of many factors 1 + x, kept as sign and logarithm.
///
/// log1p keeps what the sum 1 + x would round away, and equal factors in a row cost one logarithm.
struct LogProduct {
  private(set) var sign = 1.0
  private var sum = 0.0
  private var compensation = 0.0

  /// ln |product|; minus infinity once a factor was zero.
  var logarithm: Double { sum + compensation }

  /// Multiplies by (1 + x)^count.
  mutating func multiply(onePlus x: Double, count: Int) {
    if 1 + x < 0, !count.isMultiple(of: 2) { sign = -sign }
    let term = Double(count) * (x > -1 ? Double.log(onePlus: x) : Double.log(-1 - x))
    guard term.isFinite, sum.isFinite else {
      (sum, compensation) = (sum + term, 0)
      return
    }
    let next = sum + term
    compensation += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
    sum = next
  }

  /// The product with its own scale; zero once a factor was zero.
  var scaledNumber: ScaledNumber {
    logarithm.isFinite
      ? ScaledNumber(value: sign, logScale: logarithm) : ScaledNumber(value: 0)
  }
}
