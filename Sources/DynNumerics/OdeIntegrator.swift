internal import CGSL

/// An integrator of GSL's odeiv2 library on one system.
///
/// It owns the C objects, so it cannot be copied. Memory: 8 to 14 vectors of the state's size, and
/// dense matrices of its square for the implicit methods.
public struct OdeIntegrator: ~Copyable {
  /// Steps that one integration may take before it is given up.
  public static let stepLimit = 50_000_000

  private let control: StepControl
  private let context: OdeContext
  private let workspace: OdeWorkspace
  private var nextStep: Double?
  private var steps = 0

  /// Allocates the method's work space.
  ///
  /// - Throws: `NumericsError.unsupported` for a fixed step with a method of varying order or an
  ///   implicit method without a Jacobian; `.outOfMemory`.
  public init(
    _ system: OdeSystem, method: OdeMethod, control: StepControl
  ) throws(NumericsError) {
    try Self.check(system, method: method, control: control)
    Libraries.prepare()
    let context = OdeContext(system)
    guard let workspace = OdeWorkspace(context, method: method, control: control) else {
      throw .outOfMemory(what: "the work space of \(method.name)")
    }
    self.control = control
    self.context = context
    self.workspace = workspace
  }

  /// What the integration has cost so far.
  public var statistics: OdeStatistics {
    var statistics = context.statistics
    statistics.steps = steps
    statistics.rejectedSteps = workspace.rejectedSteps
    return statistics
  }

  /// Forgets the history of earlier steps: needed where the right-hand side jumps or bends.
  public mutating func restart() {
    workspace.reset()
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
    var step = nextStep ?? context.firstStep(state, from: time, to: end)
    var previous = state
    while time < end {
      let before = (time: time, step: step)
      let status = workspace.step(&state, time: &time, to: end, step: &step)
      guard status == Int32(GSL_SUCCESS) else {
        state = previous
        time = before.time
        throw failure(status, time: time, step: step, state: state)
      }
      guard state.allSatisfy(\.isFinite) else {
        state = previous
        time = before.time
        throw .blowUp(time: time, step: before.step, largest: largest(state))
      }
      // The step that ends at an output may be a short one: the next is not held to it.
      if time >= end { step = max(step, before.step) }
      guard time >= end || step > 4 * end.ulp else {
        throw .stepUnderflow(time: time, step: step, largest: largest(state))
      }
      try countStep(time: time, step: step)
      previous = state
    }
    nextStep = step
  }

  private mutating func advanceFixed(
    _ state: inout [Double], time: inout Double, to end: Double, step: Double
  ) throws(OdeFailure) {
    let start = time
    let span = end - start
    let count = max(1, ((span / step) * (1 - 1e-12)).rounded(.up))
    guard count <= Double(Self.stepLimit) else {
      throw .tooManySteps(time: time, step: step, limit: Self.stepLimit)
    }
    for index in 0..<Int(count) {
      let previous = state
      var reached = time
      let status = workspace.fixedStep(&state, time: &reached, step: span / count)
      guard status == Int32(GSL_SUCCESS), state.allSatisfy(\.isFinite) else {
        state = previous
        throw .blowUp(time: time, step: span / count, largest: largest(state))
      }
      time = start + span * (Double(index + 1) / count)
      try countStep(time: time, step: step)
    }
    time = end
  }

  private mutating func countStep(time: Double, step: Double) throws(OdeFailure) {
    steps += 1
    guard steps <= Self.stepLimit else {
      throw .tooManySteps(time: time, step: step, limit: Self.stepLimit)
    }
  }

  private func failure(
    _ status: Int32, time: Double, step: Double, state: [Double]
  ) -> OdeFailure {
    if status == Int32(GSL_FAILURE) || time + step == time {
      return .stepUnderflow(time: time, step: step, largest: largest(state))
    }
    let text = unsafe gsl_strerror(status).map { unsafe String(cString: $0) }
    return .library(time: time, text: text ?? "status \(status)")
  }

  private func largest(_ state: [Double]) -> Double {
    state.reduce(0) { max($0, abs($1)) }
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
