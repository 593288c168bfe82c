/// A solver that moves in steps of equal time; its output times are rounded to them.
public protocol SteppedSolver: Solver {
  /// The time that a step takes.
  var step: Double { get }
}

extension SteppedSolver {
  /// Its step.
  public var timePerStep: Double? { step }

  /// Every time is moved to the nearest step; no step is reported twice.
  public func reportTimes(for times: [Double]) -> [Double] {
    var reported: [Double] = []
    var lastCount: Double?
    for time in times {
      let count = DiscreteTime.count(at: time, step: step)
      if count != lastCount { reported.append(DiscreteTime.reported(time, step: step)) }
      lastCount = count
    }
    return reported
  }
}

/// What the discrete solvers share.
public struct DescentSettings: Sendable, Equatable {
  /// The time that a step takes.
  public let step: Double
  /// The inertia.
  public let momentum: Momentum
  /// Batches and re-weighting.
  public let sampling: BatchSampling

  /// Settings of a descent.
  public init(step: Double, momentum: Momentum = .none, sampling: BatchSampling = .none) {
    self.step = step
    self.momentum = momentum
    self.sampling = sampling
  }

  /// The keys in scenarios.
  static let parameters: [Parameter] =
    [
      .optional(
        "step", .number(.positive), "time per step; the step size is step times the rate",
        default: .number(1)),
      .optional(
        "momentum", .number(.from(0, through: 0.999999)),
        "share of the velocity that a step keeps", default: .number(0)),
      .optional(
        "nesterov", .boolean, "whether steps with momentum look ahead", default: .boolean(false)),
    ] + BatchSampling.parameters

  /// Reads the keys.
  init(_ fields: Fields) throws(Fault) {
    self.init(
      step: try fields.number("step", default: 1),
      momentum: Momentum(
        factor: try fields.number("momentum", default: 0),
        isNesterov: fields.isTrue("nesterov")),
      sampling: try BatchSampling(fields))
  }

  /// The seed of what is drawn for a problem's steps; nil where nothing is.
  func drawSeed(for problem: Problem) -> UInt64? {
    sampling.size == nil && !problem.hasInputNoise ? nil : sampling.seed(for: problem)
  }

  /// Why descent on the landscape with these settings cannot treat a problem; nil when it can.
  func refusal(of problem: Problem) -> String? {
    LandscapeDescent.refusal(of: problem) ?? sampling.refusal(sampleCount: problem.sampleCount)
  }

  /// Descent with these settings along a rule's direction.
  func descent(_ rule: any DescentRule) -> LandscapeDescent {
    LandscapeDescent(step: step, momentum: momentum, sampling: sampling, rule: rule)
  }
}
