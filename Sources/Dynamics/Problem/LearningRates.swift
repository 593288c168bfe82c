/// The learning rates eta_1(t) of the features and eta_2(t) of prototypes and bias.
public struct LearningRates: Sendable {
  /// How the features' rate relates to that of the prototypes.
  public enum FeatureRate: Sendable {
    /// eta_1 = s eta_2, s > 0.
    case proportional(Double)
    /// A schedule of its own.
    case schedule(any Schedule)
  }

  /// eta_2.
  public let prototypes: any Schedule
  /// eta_1.
  public let features: FeatureRate
  /// The time at which the start is given, and from which on the rates act.
  public let begin: Double

  /// Combines the two rates; two constant ones are recognised as proportional.
  public init(
    prototypes: any Schedule, features: FeatureRate = .proportional(1), begin: Double = 0
  ) {
    self.prototypes = prototypes
    self.begin = begin
    if case .schedule(let own as ConstantSchedule) = features,
      let other = prototypes as? ConstantSchedule, own.value > 0, other.value > 0
    {
      self.features = .proportional(own.value / other.value)
    } else {
      self.features = features
    }
  }

  /// The same schedules, which go on from a start that is given at another time.
  public func beginning(at time: Double) -> LearningRates {
    LearningRates(prototypes: prototypes, features: features, begin: time)
  }

  /// s where eta_1 = s eta_2; nil where the rates are not proportional.
  public var ratio: Double? {
    if case .proportional(let ratio) = features { ratio } else { nil }
  }

  /// Both rates where they are constant in time; nil otherwise.
  public var constantRates: RatePair? {
    guard prototypes is ConstantSchedule else { return nil }
    if case .schedule(let own) = features, !(own is ConstantSchedule) { return nil }
    return rates(at: 0)
  }

  /// The rates at a time.
  public func rates(at time: Double) -> RatePair {
    pair(prototypes.rate(at: time)) { $0.rate(at: time) }
  }

  /// The rates' slopes at a time.
  public func slopes(at time: Double) -> RatePair {
    pair(prototypes.slope(at: time)) { $0.slope(at: time) }
  }

  /// The rates' exact integrals over [begin, t]: the clocks (zeta_1, zeta_2) of a run.
  public func integrals(to time: Double) -> RatePair {
    let total = totals(to: time)
    guard begin != 0 else { return total }
    let before = totals(to: begin)
    return RatePair(
      features: total.features - before.features,
      prototypes: total.prototypes - before.prototypes)
  }

  /// The same over [0, t], which a run that goes on from another one shares with it.
  public func totals(to time: Double) -> RatePair {
    pair(prototypes.integral(to: time)) { $0.integral(to: time) }
  }

  private func pair(_ own: Double, _ value: (any Schedule) -> Double) -> RatePair {
    switch features {
    case .proportional(let ratio): RatePair(features: ratio * own, prototypes: own)
    case .schedule(let schedule): RatePair(features: value(schedule), prototypes: own)
    }
  }

  /// The times in (0, end) where either rate jumps or bends.
  public func breakpoints(before end: Double) -> [Double] {
    var times = Set(prototypes.breakpoints(before: end))
    if case .schedule(let schedule) = features {
      times.formUnion(schedule.breakpoints(before: end))
    }
    return times.sorted()
  }
}

/// One number for the features and one for prototypes and bias.
public struct RatePair: Sendable, Equatable {
  /// That of H.
  public var features: Double
  /// That of W and b.
  public var prototypes: Double

  /// A pair.
  public init(features: Double, prototypes: Double) {
    self.features = features
    self.prototypes = prototypes
  }
}
