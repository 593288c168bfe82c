internal import CGSL

/// An integrator on one system.
///
/// It owns its work space, so it cannot be copied. Memory: 4 to 17 vectors of the state's size, three
/// more while the first step is chosen, and dense matrices of its square for the implicit methods.
public struct OdeIntegrator: ~Copyable {
  private let control: StepControl
  private let budget: StepBudget
  private let partsOfStep: Int
  private let isImplicit: Bool
  private let stepError: StepError?
  private let context: OdeContext
  private let stepper: any OdeStepper
  /// The length of the step to try next; nil lets the integrator choose.
  public var nextStep: Double?
  private var steps = 0
  /// Steps of the budget that are used up; whoever moves several states in turn sets it for each.
  public var stepsUsed = 0

  /// Allocates the method's work space.
  ///
  /// - Parameters:
  ///   - budget: how many steps may be taken; by default the limit of the step control.
  ///   - partsOfStep: into how many equal parts a fixed step is divided, also a last one that was
  ///     shortened: with twice as many every step is halved.
  /// - Throws: `NumericsError.unsupported` for a fixed step with a method of varying order or an
  ///   implicit method without a Jacobian; `.outOfMemory`.
  public init(
    _ system: OdeSystem, method: OdeMethod, control: StepControl, budget: StepBudget? = nil,
    partsOfStep: Int = 1
  ) throws(NumericsError) {
    try Self.check(system, method: method, control: control)
    Libraries.prepare()
    let context = OdeContext(system)
    stepper = try Self.stepper(context, method, control)
    self.control = control
    self.budget = budget ?? StepBudget(for: control)
    self.partsOfStep = partsOfStep
    isImplicit = method.needsJacobian
    self.context = context
    stepError = method.stepError
  }

  private static func stepper(
    _ context: OdeContext, _ method: OdeMethod, _ control: StepControl
  ) throws(NumericsError) -> any OdeStepper {
    if let pair = method.pair {
      return RungeKuttaStepper(context, pair: pair, control: control)
    }
    guard let stepper = GSLStepper(context, method: method, control: control) else {
      throw .outOfMemory(what: "the work space of \(method.name)")
    }
    return stepper
  }

  /// What the integration has cost so far.
  public var statistics: OdeStatistics {
    var statistics = context.statistics
    statistics.steps = steps
    statistics.rejectedSteps = stepper.rejectedSteps
    return statistics
  }

  /// Forgets the history of earlier steps: needed where the right-hand side jumps
  /// or bends, and where the state was changed.
  public mutating func restart() {
    stepper.reset()
  }

  /// Moves `state` from `start` to `end` exactly.
  ///
  /// - Throws: `OdeFailure`; `state` and `time` are then those of the last accepted step.
  public mutating func advance(
    _ state: inout [Double], time: inout Double, to end: Double
  ) throws(OdeFailure) {
    guard end > time else { return }
    switch control {
    case .adaptive: try advanceAdaptively(&state, time: &time, to: end)
    case .fixed(let step): try advanceFixed(&state, time: &time, to: end, step: step)
    }
  }

  private mutating func advanceAdaptively(
    _ state: inout [Double], time: inout Double, to end: Double
  ) throws(OdeFailure) {
    var step =
      nextStep
      ?? context.firstStep(state, stepError, ErrorAllowance(control), from: time, to: end)
    // Between jumps a single step may lead to the end each time.
    try checkBudget(state, time: time, step: step)
    while time < end {
      let wanted = step
      // Multistep methods lose by a change of step.
      if stepError != nil { step = Self.fitted(wanted, into: end - time) }
      let tried = step
      let status = stepper.step(&state, time: &time, to: end, step: &step)
      guard status == Int32(GSL_SUCCESS) else {
        throw failure(status, time: time, step: overflowed(status) ? tried : step, state: state)
      }
      // The step that ends at an output may be a short one: the next is not held to it.
      if time >= end { step = max(step, wanted) }
      guard time >= end || step > 4 * time.ulp else {
        throw .stepUnderflow(time: time, step: step, largest: largest(state))
      }
      steps += 1
      stepsUsed += 1
      if time < end { try checkBudget(state, time: time, step: step) }
    }
    nextStep = step
  }

  private mutating func advanceFixed(
    _ state: inout [Double], time: inout Double, to end: Double, step: Double
  ) throws(OdeFailure) {
    let start = time
    let span = end - start
    let count = max(1, ((span / step) * (1 - 1e-12)).rounded(.up)) * Double(partsOfStep)
    guard Double(stepsUsed) + count <= Double(budget.limit) else {
      throw .tooManySteps(time: time, step: span / count, taken: stepsUsed, isStiff: false)
    }
    for index in 0..<Int(count) {
      let status = stepper.fixedStep(&state, time: &time, step: span / count)
      guard status == Int32(GSL_SUCCESS) else {
        throw .blowUp(time: time, step: span / count, largest: largest(state))
      }
      time = start + span * (Double(index + 1) / count)
      steps += 1
      stepsUsed += 1
    }
    time = end
  }

  /// Gives up where the steps are used up, or are sure to be.
  private func checkBudget(
    _ state: [Double], time: Double, step: Double
  ) throws(OdeFailure) {
    let isUsedUp = stepsUsed >= budget.limit
    guard isUsedUp || budget.isHopeless(after: stepsUsed, at: time, step: step) else { return }
    let isStiff =
      !isImplicit
      && context.isStiff(state, stepError, ErrorAllowance(control), at: time, step: step)
    // Steps that accuracy asks for may become longer later on; those of stiff systems do not.
    guard isUsedUp || isStiff else { return }
    throw .tooManySteps(time: time, step: step, taken: stepsUsed, isStiff: isStiff)
  }

  private func failure(
    _ status: Int32, time: Double, step: Double, state: [Double]
  ) -> OdeFailure {
    if overflowed(status) { return .blowUp(time: time, step: step, largest: largest(state)) }
    if status == Int32(GSL_FAILURE) || time + step == time {
      return .stepUnderflow(time: time, step: step, largest: largest(state))
    }
    let text = unsafe gsl_strerror(status).map { unsafe String(cString: $0) }
    return .library(time: time, text: text ?? "status \(status)")
  }

  private func overflowed(_ status: Int32) -> Bool { status == Int32(GSL_EOVRFLW) }

  private func largest(_ state: [Double]) -> Double {
    state.span.largestMagnitude
  }

  private static func check(
    _ system: OdeSystem, method: OdeMethod, control: StepControl
  ) throws(NumericsError) {
    if case .fixed = control, !method.allowsFixedStep {
      throw .unsupported(
        "\(method.name) varies its order and cannot keep a fixed step: give tolerances instead")
    }
    if method.needsJacobian, system.jacobian == nil {
      throw .unsupported("\(method.name) is implicit and this system has no Jacobian")
    }
  }
}
