import DynNumerics

/// An integration that turns from adaptive to fixed steps where step control makes no headway.
struct GuardedIntegration: ~Copyable {
  private let field: SmoothedAscent
  private let problem: Problem
  private let method: OdeMethod
  private let control: StepControl
  private var time: Double
  /// Why and when steps became fixed.
  private var stall: String?
  private(set) var cost = SolverCost()

  /// Evaluations between two outputs that are not worth a second look.
  private static let freeEvaluations = 5_000
  /// How many times the work of fixed steps adaptive ones may take.
  private static let patience = 20.0
  /// Fixed steps times the largest curvature: rk4 follows all modes, and near a trap the state
  /// chatters within this share of rho.
  private static let fixedStepFactor = 0.1

  init(
    _ field: SmoothedAscent, _ problem: Problem, method: OdeMethod, control: StepControl
  ) {
    self.field = field
    self.problem = problem
    self.method = method
    self.control = control
    time = problem.rates.begin
  }

  /// Moves the variables to a time.
  mutating func advance(_ variables: inout [Double], to end: Double) throws(SolverFailure) {
    while time < end, stall == nil {
      if try advanceAdaptively(&variables, to: end) { return }
    }
    guard time < end else { return }
    let step = try fixedStep(variables)
    try checkStepCount((end - time) / step, step)
    _ = try integrate(&variables, to: end, method: .rk4, control: .fixed(step), budget: .max)
  }

  /// Says before the first fixed step that there are too many.
  private func checkStepCount(_ count: Double, _ step: Double) throws(SolverFailure) {
    let limit = StepBudget.adaptiveLimit
    guard count > Double(limit) else { return }
    throw SolverFailure(
      "the flow is stiff at t = \(time), and fixed steps of \(step), which its curvature allows, "
        + "would be \(count) to the next output, more than \(limit): end earlier, or scale features "
        + "and prototypes nearer to 1", cause: .tooManySteps)
  }

  /// Whether the end was reached; if not, either the budget was too small or the control stalls.
  private mutating func advanceAdaptively(
    _ variables: inout [Double], to end: Double
  ) throws(SolverFailure) -> Bool {
    guard case .adaptive = control else {
      return try integrate(&variables, to: end, method: method, control: control, budget: .max)
    }
    let start = time
    let used = cost.evaluations
    if try integrate(
      &variables, to: end, method: method, control: control, budget: Self.freeEvaluations)
    {
      return true
    }
    let step = try fixedStep(variables)
    let spent = Double(cost.evaluations - used)
    if spent > Self.patience * 8 * (time - start) / step {
      stall =
        "adaptive control stalled: \(method.name) took \(cost.evaluations - used) gradients from "
        + "t = \(start) to \(time), where the smoothed ascent is stiff; fixed steps of rk4 of "
        + "\(step) from there on, which chatter within about \(Self.fixedStepFactor * field.rho)"
      cost.remark = stall
    }
    return false
  }

  private func fixedStep(_ variables: [Double]) throws(SolverFailure) -> Double {
    do throws(NumericsError) {
      let rate = try field.fastestRate(at: variables, problem.rates.rates(at: time))
      return rate > 0 ? Self.fixedStepFactor / rate : 1
    } catch {
      throw SolverFailure(error)
    }
  }

  /// Integrates until the end, or until the budget of evaluations is used up.
  private mutating func integrate(
    _ variables: inout [Double], to end: Double, method: OdeMethod, control: StepControl,
    budget limit: Int
  ) throws(SolverFailure) -> Bool {
    let budget = EvaluationBudget(limit)
    let field = field
    var integration: RatedIntegration
    do throws(NumericsError) {
      integration = try RatedIntegration(
        problem.rates, until: end, method: method, control: control,
        dimension: field.dimension,
        derivative: { vector, rates, derivative in
          guard budget.spend() else {
            // The integrator gives such a step up and returns to the last accepted state.
            for index in derivative.indices { derivative[index] = .nan }
            return
          }
          field.write(vector, rates, into: &derivative)
        })
    } catch {
      throw SolverFailure(error)
    }
    var failure: OdeFailure?
    do throws(OdeFailure) {
      try integration.advance(&variables, from: time, to: end)
    } catch {
      failure = error
    }
    time = failure?.time ?? end
    cost.evaluations += 2 * integration.statistics.evaluations
    cost.steps += integration.statistics.steps
    cost.rejectedSteps += integration.statistics.rejectedSteps
    guard let failure else { return true }
    if budget.isExhausted { return false }
    throw SolverFailure(failure, method: method)
  }
}

/// Counts evaluations up to a limit.
private final class EvaluationBudget {
  private var left: Int
  private(set) var isExhausted = false

  init(_ limit: Int) { left = limit }

  /// Whether one more is within the limit.
  func spend() -> Bool {
    left -= 1
    isExhausted = left < 0
    return !isExhausted
  }
}
