/// Discrete gradient descent: step k moves every variable by -h eta(k h) times its gradient.
public struct GradientDescentSolver: Solver, SteppedSolver {
  /// How the iterates are found.
  public enum Form: String, Sendable, CaseIterable {
    /// Brute force on the full state.
    case iterated
    /// The exact reduction: mode by mode, plane by plane.
    case exact
  }

  static let kind = Kind<any Solver>(
    "gradient_descent", "discrete gradient descent, z <- z - step eta(t) gradient, t = k step",
    parameters: [
      .optional(
        "form", .choice(Form.allCases.map(\.rawValue)),
        "iterated: brute force on the full state; exact: the reduced recurrence, with momentum for "
          + "the linear cases",
        default: .string(Form.iterated.rawValue)),
      .optional(
        "normalize", .choice(StepNormalization.allCases.map(\.rawValue)),
        "loss: divide each step by the loss and the squared norm of the state",
        default: .string(StepNormalization.none.rawValue)),
    ] + DescentSettings.parameters
  ) { fields throws(Fault) in
    let normalize = fields.has("normalize") ? try fields.string("normalize") : "none"
    let form = fields.has("form") ? Form(rawValue: try fields.string("form")) : .iterated
    return GradientDescentSolver(
      settings: try DescentSettings(fields), form: form ?? .iterated,
      normalization: StepNormalization(rawValue: normalize) ?? .none)
  }

  /// More steps than this are refused.
  public static let stepLimit = 1e9
  /// How often the full state is checked for overflow.
  private static let checkInterval = 64
  /// Steps whose sizes are worked out at once.
  private static let stepsAtOnce = 4096

  /// Step, momentum and batches.
  public let settings: DescentSettings
  /// How the iterates are found.
  public let form: Form
  /// How steps are scaled.
  public let normalization: StepNormalization

  /// A solver with its settings.
  public init(
    settings: DescentSettings, form: Form, normalization: StepNormalization = .none
  ) {
    self.settings = settings
    self.form = form
    self.normalization = normalization
  }

  /// A solver with a step.
  public init(
    step: Double, form: Form, momentum: Momentum = .none,
    normalization: StepNormalization = .none, sampling: BatchSampling = .none
  ) {
    self.init(
      settings: DescentSettings(step: step, momentum: momentum, sampling: sampling), form: form,
      normalization: normalization)
  }

  /// The time that a step takes.
  public var step: Double { settings.step }
  private var momentum: Momentum { settings.momentum }
  private var sampling: BatchSampling { settings.sampling }

  /// Its inertia.
  public var inertia: Momentum { settings.momentum }
  /// Of batches and input noise.
  public func drawSeed(for problem: Problem) -> UInt64? { settings.drawSeed(for: problem) }
  /// What exact descent starts from is at rest.
  public var continuesVelocity: Bool { form == .iterated }

  /// It is one.
  public var descent: GradientDescentSolver? { self }
  /// Its exact form moves the reduced state.
  public var movesState: Bool { form == .iterated }

  /// A few vectors for every block that is moved at a time, or the gradient of the whole state; on
  /// batches what descent on the landscape takes.
  public func workSpace(_ sizes: StateSizes) -> Double {
    guard movesState else { return 0 }
    guard !sampling.isActive else { return 3 * sizes.state }
    let velocity = momentum.factor > 0 ? sizes.state : 0
    return sizes.blockCopies + velocity
      + (sizes.block.map { sizes.threads * 8 * $0 } ?? 2 * sizes.state)
  }

  /// The exact form does not exist for every model.
  public func refusal(of problem: Problem) -> String? {
    if form == .iterated, problem.isReduced { return OdeSolver.reducedRefusal }
    if sampling.isActive {
      guard form == .iterated, normalization == .none else {
        return "batches and re-weighting go with \"form\": \"iterated\" and no normalization"
      }
      return settings.refusal(of: problem)
    }
    if normalization == .loss {
      guard form == .iterated, momentum.factor == 0 else {
        return "\"normalize\": \"loss\" goes with \"form\": \"iterated\" and no momentum"
      }
      return LossNormalizedDescent.refusal(of: problem)
    }
    guard form == .exact else { return nil }
    return problem.model.family.descentRefusal(of: problem, momentum)
  }

  /// Descent has rates of its own, and in the spherical case norms of its own.
  public func prediction(of prepared: PreparedProblem, until end: Double) -> LimitPrediction {
    // Inertia keeps the eigenvectors but not the factors of plain descent.
    sampling.isActive || (momentum.factor > 0 && prepared.hasExactFlow)
      ? .unknown("descent with momentum or batches has no predicted rate")
      : prepared.descentPrediction(step: step, until: end)
  }

  /// Iterates from output to output.
  public func follow(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    switch form {
    case .iterated where sampling.isActive || prepared.problem.hasInputNoise:
      try settings.descent(PlainDescent())
        .follow(prepared.problem, at: times, cost: &cost, visit: visit)
    case .iterated where normalization == .loss:
      try LossNormalizedDescent.follow(
        prepared.problem, step: step, at: times, cost: &cost, visit: visit)
    case .iterated:
      try iterate(prepared, at: times, cost: &cost, visit: visit)
    case .exact:
      guard var evaluator = prepared.exactDescent(step: step, momentum: momentum) else {
        throw SolverFailure(refusal(of: prepared.problem) ?? "there is no exact form")
      }
      try evaluator.follow(times, visit: visit)
    }
  }

  private func iterate(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    let meter = ProgressMeter.current
    var clock = DescentClock(prepared.problem.rates, step: step, meter: nil)
    let flow = prepared.flow
    let descent = stateDescent(on: flow, threads: prepared.threads)
    var state = prepared.takenState(for: flow)
    descent.begin(at: &state, velocity: prepared.problem.velocity)
    for time in times {
      while let sizes = clock.next(Self.stepsAtOnce, before: time) {
        let steps = DescentSteps(sizes, testInterval: Self.checkInterval)
        let first = Double(clock.stepsTaken - sizes.count)
        meter?.begin(from: first * step, to: Double(clock.stepsTaken) * step)
        let failed = descent.advance(&state, by: steps)
        if let failed {
          throw overflow(state, clock.stepsTaken - sizes.count + failed, prepared)
        }
        cost.evaluations += sizes.count
        cost.steps += sizes.count
      }
      let snapshot = FullSnapshot(time: time, prepared: prepared, state: state) {
        descent.velocity
      }
      guard visit(snapshot) else { return }
    }
  }

  private func stateDescent(on flow: any Flow, threads: Int) -> any StateDescent {
    guard let flow = flow as? any SeparableFlow else {
      return WholeDescent(flow, momentum: momentum)
    }
    return BlockDescent(flow, momentum: momentum, threads: threads)
  }

  private func overflow(
    _ state: State, _ steps: Int, _ prepared: PreparedProblem
  ) -> SolverFailure {
    let problem = prepared.problem
    let exact = GradientDescentSolver(step: step, form: .exact, momentum: momentum)
    let hasExactForm =
      exact.refusal(of: problem) == nil && prepared.solution?.descentIsScaled == true
    let entry = state.firstInfinity.map { $0.isNaN ? "nan" : "\($0)" } ?? "nan"
    let cause =
      problem.model.family.growthCause(of: prepared, at: state, time: Double(steps) * step)
      ?? "the state outgrows a double"
    return SolverFailure(
      "iterated gradient descent reached \(entry) by step \(steps) (t = \(Double(steps) * step)), "
        + "at most \(min(Self.checkInterval, steps)) steps ago: \(cause); end earlier"
        + (hasExactForm
          ? ", lower the learning rate, or use \"form\": \"exact\", which continues in scaled form"
          : ", or lower the learning rate or the step"))
  }
}
