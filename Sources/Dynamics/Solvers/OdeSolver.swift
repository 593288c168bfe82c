public import DynNumerics

/// The flow on the full state, integrated by a method of GSL's odeiv2 library.
public struct OdeSolver: Solver {
  static let kind = Kind<any Solver>(
    "ode", "GSL's integrators on the full state",
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
  ) { fields throws(Fault) in
    let name = fields.has("method") ? try fields.string("method") : OdeMethod.rk8pd.name
    guard let method = OdeMethod.all.first(where: { $0.name == name }) else {
      throw Shape.unknown(name, key: "method", among: OdeMethod.all.map(\.name))
    }
    return OdeSolver(method: method, control: try control(fields, method: method))
  }

  /// Unknowns up to which the implicit methods are offered: they factorise dense matrices.
  public static let implicitDimensionLimit = 1000

  /// The method.
  public let method: OdeMethod
  /// How steps are chosen.
  public let control: StepControl

  /// A solver with a method and its step control.
  public init(method: OdeMethod, control: StepControl) {
    self.method = method
    self.control = control
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

  /// Implicit methods refuse problems whose Jacobian would be large.
  public func refusal(of problem: Problem) -> String? {
    let dimension = problem.flow.dimension
    if method.needsJacobian, !problem.flow.hasJacobian {
      return "\(method.name) needs a Jacobian, which this loss does not offer: use an explicit "
        + "method such as \(OdeMethod.rk8pd.name)"
    }
    guard method.needsJacobian, dimension > Self.implicitDimensionLimit else { return nil }
    return "\(method.name) needs a dense Jacobian of \(dimension) x \(dimension); at most "
      + "\(Self.implicitDimensionLimit) unknowns are accepted: use an explicit method such as "
      + OdeMethod.rk8pd.name
  }

  /// Integrates from output to output, stopping where a rate jumps or bends.
  public func follow(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    let problem = prepared.problem
    let flow = problem.flow
    var vector = flow.vector(of: problem.initialState)
    var integration: RatedIntegration
    do throws(NumericsError) {
      integration = try RatedIntegration(
        problem.rates, until: times.last ?? 0, method: method, control: control,
        dimension: flow.dimension,
        derivative: { flow.derivative(of: $0, rates: $1, into: &$2) },
        jacobian: { flow.jacobian(of: $0, rates: $1, into: &$2) })
    } catch {
      throw SolverFailure(error)
    }
    for time in times {
      do throws(OdeFailure) {
        try integration.advance(&vector, to: time)
      } catch {
        cost = SolverCost(integration.statistics)
        throw SolverFailure(error, method: method)
      }
      cost = SolverCost(integration.statistics)
      let state = flow.state(of: vector)
      guard visit(FullSnapshot(time: time, problem: problem, state: state)) else { return }
    }
  }
}

extension SolverCost {
  fileprivate init(_ statistics: OdeStatistics) {
    self.init()
    evaluations = statistics.evaluations
    steps = statistics.steps
    rejectedSteps = statistics.rejectedSteps
  }
}
