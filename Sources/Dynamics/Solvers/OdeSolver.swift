public import DynNumerics

/// The flow on the full state, integrated by a method of GSL's odeiv2 library or by one of the
/// project's own Runge-Kutta pairs.
public struct OdeSolver: Solver {
  static let kind = Kind<any Solver>(
    "ode", "numerical integration of the full state",
    parameters: [
      .optional(
        "method", .choice(OdeMethod.all.map(\.name)),
        OdeMethod.all.map { "\($0.name): \($0.summary)" }.joined(separator: "; "),
        default: .string(OdeMethod.rk8pd.name)),
      .optional(
        "relative_tolerance", .number(.nonNegative),
        "error per step relative to each entry; default 1e-10"),
      .optional(
        "absolute_tolerance", .number(.nonNegative),
        "error per step added to that; default 1e-12"),
      .optional("step", .number(.positive), "a fixed step instead of the tolerances"),
    ]
  ) { fields throws(Fault) in try OdeSolver(fields) }

  /// Unknowns up to which the implicit methods are offered: they factorise dense matrices.
  public static let implicitDimensionLimit = 1000

  /// The method.
  public let method: OdeMethod
  /// How steps are chosen.
  public let control: StepControl

  /// Into how many equal parts every fixed step is divided.
  let partsOfStep: Int

  /// A solver with a method and its step control.
  public init(method: OdeMethod, control: StepControl) {
    self.init(method: method, control: control, partsOfStep: 1)
  }

  init(method: OdeMethod, control: StepControl, partsOfStep: Int) {
    self.method = method
    self.control = control
    self.partsOfStep = partsOfStep
  }

  /// Reads the keys.
  init(_ fields: Fields) throws(Fault) {
    let name = fields.has("method") ? try fields.string("method") : OdeMethod.rk8pd.name
    guard let method = OdeMethod.all.first(where: { $0.name == name }) else {
      throw Shape.unknown(name, key: "method", among: OdeMethod.all.map(\.name))
    }
    self.init(method: method, control: try Self.control(fields, method: method))
  }

  private static func control(
    _ fields: Fields, method: OdeMethod
  ) throws(Fault) -> StepControl {
    if fields.has("step") {
      for key in ["relative_tolerance", "absolute_tolerance"] where fields.has(key) {
        throw Fault(key, "a fixed step has no tolerances: give either step or tolerances")
      }
      guard method.allowsFixedStep else {
        throw Fault(
          "step",
          "\(method.name) varies its order and cannot keep a fixed step: "
            + "give tolerances instead")
      }
      return .fixed(try fields.number("step"))
    }
    let relative = try fields.number("relative_tolerance", default: 1e-10)
    let absolute = try fields.number("absolute_tolerance", default: 1e-12)
    guard relative > 0 || absolute > 0 else {
      throw Fault("relative_tolerance", "both tolerances are 0: make at least one positive")
    }
    guard relative >= 1e-15 || absolute > 0 else {
      throw Fault(
        "relative_tolerance",
        "\(relative) is below rounding and absolute_tolerance is 0: "
          + "make one of them larger")
    }
    return .adaptive(relative: relative, absolute: absolute)
  }

  /// It is one.
  public var integration: OdeSolver? { self }

  /// The stages of every block that is moved at a time; where the method keeps a history, or all
  /// variables depend on each other, of the whole state.
  public func workSpace(_ sizes: StateSizes) -> Double {
    let blocks = method.keepsHistory ? nil : sizes.block.map { sizes.threads * $0 }
    return sizes.blockCopies + method.workVectors * (blocks ?? sizes.state)
  }

  /// Why the reduced representation is not integrated or iterated.
  static let reducedRefusal =
    "the reduced representation keeps no samples to integrate or iterate: use closed_form or "
    + "gradient_descent with \"form\": \"exact\", or \"representation\": \"full\""

  /// Implicit methods refuse problems whose Jacobian would be large.
  public func refusal(of problem: Problem) -> String? {
    if problem.isReduced { return Self.reducedRefusal }
    guard method.needsJacobian else { return nil }
    let flow = problem.flow
    guard flow.hasJacobian else {
      return
        "\(method.name) needs a Jacobian, which the flow of this model and loss does not offer: use an explicit "
        + "method such as \(OdeMethod.rk8pd.name)"
    }
    let dimension = (flow as? any SeparableFlow)?.blocks.dimension ?? flow.dimension
    guard dimension > Self.implicitDimensionLimit else { return nil }
    return "\(method.name) needs a dense Jacobian of \(dimension) x \(dimension); at most "
      + "\(Self.implicitDimensionLimit) unknowns are accepted: use an explicit method such as "
      + OdeMethod.rk8pd.name
  }

  /// Integrates from output to output, stopping where a rate jumps or bends.
  public func follow(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    let begin = prepared.problem.rates.begin
    try checkStepCount(from: begin, until: times.last ?? begin)
    let integration = try integration(of: prepared, until: times.last ?? 0)
    var state = prepared.takenState(for: prepared.flow)
    var now = begin
    for time in times {
      defer { cost = integration.cost }
      do throws(OdeFailure) {
        try integration.advance(&state, from: now, to: time)
      } catch {
        let problem = prepared.problem
        throw SolverFailure(
          error, method: method, of: problem,
          growth: problem.model.family.growthCause(of: prepared, at: state, time: error.time))
      }
      now = time
      guard visit(FullSnapshot(time: time, prepared: prepared, state: state)) else { return }
    }
  }

  /// How many fixed steps lead from one time to another; nil where the method chooses its steps.
  public func fixedStepCount(from begin: Double = 0, until end: Double) -> Double? {
    guard case .fixed(let step) = control else { return nil }
    return ((end - begin) / step).rounded(.up) * Double(partsOfStep)
  }

  /// Says before the first step that there are too many.
  private func checkStepCount(from begin: Double, until end: Double) throws(SolverFailure) {
    let limit = StepLimit.limit(of: method, control)
    guard let count = fixedStepCount(from: begin, until: end), count > Double(limit) else { return }
    throw SolverFailure(
      "\(method.name) would take \(count) steps up to t = \(end), more than \(limit): lengthen "
        + "the step, end earlier, or give tolerances instead", cause: .tooManySteps)
  }

  /// The integration of a problem's flow from where it begins.
  func integration(
    of prepared: PreparedProblem, until end: Double
  ) throws(SolverFailure) -> any StateIntegration {
    let (flow, rates) = (prepared.flow, prepared.problem.rates)
    do throws(NumericsError) {
      guard let flow = flow as? any SeparableFlow else {
        return try WholeIntegration(
          flow, rates, until: end, method: method, control: control, partsOfStep: partsOfStep)
      }
      return try BlockIntegration(
        flow, rates, until: end, method: method, control: control, partsOfStep: partsOfStep,
        threads: prepared.threads)
    } catch {
      throw SolverFailure(error)
    }
  }
}

extension OdeMethod {
  /// How many vectors of the state's size its stepper holds beside the state.
  var workVectors: Double {
    switch name {
    case "rk4", "dopri5": 11
    case "rkf45", "rkck": 14
    case "dop853": 16
    case "rk8pd": 21
    default: 39
    }
  }
}
