public import DynNumerics

/// The flow of sharpness-aware minimisation with a smoothed ascent,
///
///     theta' = -eta grad L(theta + rho g/sqrt(g.g + delta^2)),  g = grad L(theta)
///
/// delta = smoothing rho, or without normalisation theta + rho g. Without smoothing the field jumps
/// at g = 0, where saddles trap it; with it, it is stiff there at the rate rho lambda_max^2/delta. A
/// saddle keeps its trap while delta < rho |lambda_min|.
///
/// An adaptive integration that makes no headway there is continued with fixed steps of rk4, which
/// follow the landscape's own rates and chatter around the trap; the cost's remark says so.
public struct SharpnessAwareFlowSolver: Solver {
  static let kind = Kind<any Solver>(
    "sam_flow",
    "the flow along minus the gradient at theta + rho g/sqrt(g.g + delta^2), by GSL's integrators",
    parameters: [
      .required("rho", .number(.nonNegative), "length of the ascent"),
      .optional(
        "normalized", .boolean, "whether the ascent is divided by the gradient's norm",
        default: .boolean(true)),
      .optional(
        "smoothing", .number(.positive), "delta/rho of the normalised ascent",
        default: .number(0.01)),
    ] + OdeSolver.kind.description.parameters
  ) { fields throws(Fault) in
    // Integration has the keys and the rules of the solver ode.
    let ode = try OdeSolver(fields)
    guard !ode.method.needsJacobian else {
      throw Fault(
        "method",
        "\(ode.method.name) needs a Jacobian, which this flow does not offer: use an explicit "
          + "method such as \(OdeMethod.rk8pd.name)")
    }
    return SharpnessAwareFlowSolver(
      rho: try fields.number("rho"), isNormalized: fields["normalized"] != .boolean(false),
      smoothing: try fields.number("smoothing", default: 0.01), method: ode.method,
      control: ode.control)
  }

  /// The length of the ascent.
  public let rho: Double
  /// Whether it is divided by the gradient's norm.
  public let isNormalized: Bool
  /// delta/rho.
  public let smoothing: Double
  /// The method of integration.
  public let method: OdeMethod
  /// How steps are chosen.
  public let control: StepControl

  /// A solver.
  public init(
    rho: Double, isNormalized: Bool = true, smoothing: Double = 0.01,
    method: OdeMethod = .rk8pd,
    control: StepControl = .adaptive(relative: 1e-10, absolute: 1e-12)
  ) {
    self.rho = rho
    self.isNormalized = isNormalized
    self.smoothing = smoothing
    self.method = method
    self.control = control
  }

  /// The stages of the integrator.
  public func workSpace(_ sizes: StateSizes) -> Double { 23 * sizes.state }

  /// A kernel's flow, and class means without samples, have no landscape.
  public func refusal(of problem: Problem) -> String? { LandscapeDescent.refusal(of: problem) }

  /// The ascent changes rates and limits.
  public func prediction(of prepared: PreparedProblem, until end: Double) -> LimitPrediction {
    .unknown("the flow of sharpness-aware minimisation has no predicted limit")
  }

  /// Integrates from output to output.
  public func follow(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    let problem = prepared.problem
    guard let landscape = problem.landscape else {
      throw SolverFailure(refusal(of: problem) ?? "there is no landscape")
    }
    var integration = GuardedIntegration(
      SmoothedAscent(landscape, problem, solver: self), problem, method: method, control: control)
    var variables = landscape.variables(of: problem.initialState)
    for time in times {
      defer { cost = integration.cost }
      try integration.advance(&variables, to: time)
      let state = landscape.state(of: variables)
      guard visit(FullSnapshot(time: time, problem: problem, state: state)) else { return }
    }
  }
}

/// The right-hand side of the flow.
struct SmoothedAscent: Sendable {
  private let landscape: any Landscape
  private let batch: Batch
  private let solver: SharpnessAwareFlowSolver

  init(_ landscape: any Landscape, _ problem: Problem, solver: SharpnessAwareFlowSolver) {
    self.landscape = landscape
    self.solver = solver
    batch = .whole(problem)
  }

  var dimension: Int { landscape.dimension }

  private var delta: Double { solver.smoothing * solver.rho }

  func write(
    _ variables: Span<Double>, _ rates: RatePair, into derivative: inout MutableSpan<Double>
  ) {
    let start = variables.indices.map { variables[$0] }
    let gradient = landscape.gradient(at: start, of: batch)
    let norm = solver.isNormalized ? [gradient.norm, delta].norm : 1
    let factor = norm > 0 ? solver.rho / norm : 0
    let ascended = zip(start, gradient).map { $0 + factor * $1 }
    let image = landscape.descentDirection(at: ascended, of: batch)
    for (range, rate) in landscape.ranges(rates) {
      for index in range { derivative[index] = -rate * image[index] }
    }
  }

  /// The length of the ascent.
  var rho: Double { solver.rho }

  /// The fastest rate of the flow without ascent: the largest curvature times the learning rate.
  func fastestRate(at variables: [Double], _ rates: RatePair) throws(NumericsError) -> Double {
    let extremes = try ExtremeEigenvalues(
      landscape.hessian(at: variables), tolerance: 1e-3, stepLimit: 60)
    let largest = max(abs(extremes.smallest.value), abs(extremes.largest.value))
    return max(rates.features, rates.prototypes) * largest
  }
}
