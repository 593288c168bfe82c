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
        "step", .number(.positive), "time per step; the step size is step times the rate",
        default: .number(1)),
      .optional(
        "form", .choice(Form.allCases.map(\.rawValue)),
        "iterated: brute force on the full state; exact: the reduced recurrence",
        default: .string(Form.iterated.rawValue)),
      .optional(
        "momentum", .number(.from(0, through: 0.999999)),
        "share of the velocity that a step keeps; the exact form has it for the linear cases",
        default: .number(0)),
      .optional(
        "nesterov", .boolean, "whether steps with momentum look ahead", default: .boolean(false)),
      .optional(
        "normalize", .choice(StepNormalization.allCases.map(\.rawValue)),
        "loss: divide each step by the loss and the squared norm of the state",
        default: .string(StepNormalization.none.rawValue)),
    ] + BatchSampling.parameters
  ) { fields throws(Fault) in
    let normalize = fields.has("normalize") ? try fields.string("normalize") : "none"
    let form = fields.has("form") ? Form(rawValue: try fields.string("form")) : .iterated
    return GradientDescentSolver(
      step: try fields.number("step", default: 1), form: form ?? .iterated,
      momentum: Momentum(
        factor: try fields.number("momentum", default: 0),
        isNesterov: fields.isTrue("nesterov")),
      normalization: StepNormalization(rawValue: normalize) ?? .none,
      sampling: try BatchSampling(fields))
  }

  /// More steps than this are refused.
  public static let stepLimit = 1e9
  /// How often the full state is checked for overflow.
  private static let checkInterval = 64
  /// Steps whose sizes are worked out at once.
  private static let stepsAtOnce = 4096

  /// The time that a step takes.
  public let step: Double
  /// How the iterates are found.
  public let form: Form
  /// The inertia.
  public let momentum: Momentum
  /// Batches and re-weighting.
  public let sampling: BatchSampling

  /// How steps are scaled.
  public let normalization: StepNormalization

  /// A solver with a step.
  public init(
    step: Double, form: Form, momentum: Momentum = .none,
    normalization: StepNormalization = .none, sampling: BatchSampling = .none
  ) {
    self.normalization = normalization
    self.step = step
    self.form = form
    self.momentum = momentum
    self.sampling = sampling
  }

  /// The exact form does not exist for a dense kernel.
  public func refusal(of problem: Problem) -> String? {
    if form == .iterated, problem.isReduced { return OdeSolver.reducedRefusal }
    if sampling.isActive {
      guard form == .iterated, normalization == .none else {
        return "batches and re-weighting go with \"form\": \"iterated\" and no normalization"
      }
      return LandscapeDescent.refusal(of: problem)
    }
    if normalization == .loss {
      guard form == .iterated, momentum.factor == 0 else {
        return "\"normalize\": \"loss\" goes with \"form\": \"iterated\" and no momentum"
      }
      return LossNormalizedDescent.refusal(of: problem)
    }
    guard form == .exact else { return nil }
    if !problem.hasExactFlow {
      return "only the unhinged loss has an exact descent: use \"form\": \"iterated\""
    }
    let isLinear = problem.modelCase != .spherical && problem.modelCase != .ntkInvariant
    if momentum.factor > 0, !isLinear {
      return "exact descent with momentum exists for the linear cases only: "
        + "use \"form\": \"iterated\""
    }
    guard problem.kernel is DenseKernel else { return nil }
    return "exact gradient descent is not available for a dense kernel: "
      + "use \"form\": \"iterated\""
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
      try LandscapeDescent(step: step, momentum: momentum, sampling: sampling, rule: PlainDescent())
        .follow(prepared.problem, at: times, cost: &cost, visit: visit)
    case .iterated:
      if normalization == .none, let flow = prepared.flow as? any SeparableFlow {
        try iterate(blocksOf: flow, prepared, at: times, cost: &cost, visit: visit)
      } else {
        try iterate(prepared.problem, flow: prepared.flow, at: times, cost: &cost, visit: visit)
      }
    case .exact:
      guard var evaluator = prepared.exactDescent(step: step, momentum: momentum) else {
        throw SolverFailure(refusal(of: prepared.problem) ?? "there is no exact form")
      }
      try evaluator.follow(times, visit: visit)
    }
  }

  private func iterate(
    blocksOf flow: any SeparableFlow, _ prepared: PreparedProblem, at times: [Double],
    cost: inout SolverCost, visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    var clock = DescentClock(prepared.problem.rates, step: step)
    var state = prepared.takenState()
    let descent = BlockDescent(flow, momentum: momentum, threads: prepared.threads)
    for time in times {
      while let sizes = clock.next(Self.stepsAtOnce, before: time) {
        let failed = descent.advance(&state, by: sizes, testingEvery: Self.checkInterval)
        if let failed { throw overflow(state.firstInfinity ?? .nan, cost.steps + failed) }
        cost.evaluations += sizes.count
        cost.steps += sizes.count
      }
      let snapshot = FullSnapshot(time: time, prepared: prepared, state: state)
      guard visit(snapshot) else { return }
    }
  }

  private func iterate(
    _ problem: Problem, flow: any Flow, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    if normalization == .loss {
      return try LossNormalizedDescent.follow(
        problem, step: step, at: times, cost: &cost, visit: visit)
    }
    var clock = DescentClock(problem.rates, step: step)
    var vector = flow.vector(of: problem.initialState)
    var change = [Double](repeating: 0, count: vector.count)
    var velocity = momentum.factor > 0 ? change : []
    for time in times {
      while let size = clock.next(before: time) {
        if momentum.factor > 0 {
          descendWithMomentum(&vector, &change, &velocity, flow: flow, size: size)
        } else {
          Self.descend(&vector, by: &change, flow: flow, size: size)
        }
        cost.evaluations += 1
        cost.steps += 1
        if cost.steps.isMultiple(of: Self.checkInterval) { try checkFinite(vector, cost.steps) }
      }
      try checkFinite(vector, cost.steps)
      let state = flow.state(of: vector)
      guard visit(FullSnapshot(time: time, problem: problem, state: state)) else { return }
    }
  }

  private static func descend(
    _ vector: inout [Double], by change: inout [Double], flow: any Flow, size: RatePair
  ) {
    var target = change.mutableSpan
    flow.derivative(of: vector.span, rates: size, into: &target)
    var variables = vector.mutableSpan
    for index in variables.indices { variables[index] += target[index] }
  }

  private func descendWithMomentum(
    _ vector: inout [Double], _ change: inout [Double], _ velocity: inout [Double],
    flow: any Flow, size: RatePair
  ) {
    // With rates of 1 the right-hand side is minus the gradient.
    var target = change.mutableSpan
    flow.derivative(
      of: vector.span, rates: RatePair(features: 1, prototypes: 1), into: &target)
    for index in vector.indices {
      velocity[index] = momentum.factor * velocity[index] + change[index]
      let move =
        momentum.isNesterov
        ? change[index] + momentum.factor * velocity[index] : velocity[index]
      vector[index] +=
        (index < flow.featureVariableCount ? size.features : size.prototypes) * move
    }
  }

  private func checkFinite(_ vector: [Double], _ steps: Int) throws(SolverFailure) {
    guard let entry = vector.first(where: { !$0.isFinite }) else { return }
    throw overflow(entry, steps)
  }

  private func overflow(_ entry: Double, _ steps: Int) -> SolverFailure {
    SolverFailure(
      "iterated gradient descent reached \(entry.isNaN ? "nan" : "\(entry)") by step \(steps) (t = \(Double(steps) * step)), "
        + "at most \(Self.checkInterval) steps ago: the state outgrows a double; end earlier, "
        + "lower the learning rate, or use \"form\": \"exact\", which continues in scaled form")
  }
}
