import DynNumerics

/// Sharpness-aware minimisation (Foret et al., ICLR 2021): descent along the gradient at the end of
/// an ascent step on the same batch,
///
///     g = grad L_B(theta),  theta <- theta - e grad L_B(theta + rho g/|g|)
///
/// or without normalisation theta + rho g. L_B is the batch's objective, regularisers included.
public struct SharpnessAwareSolver: Solver, SteppedSolver {
  static let kind = Kind<any Solver>(
    "sam",
    "sharpness-aware minimisation: descent along the gradient at theta + rho g/|g|, with weight decay "
      + "in both gradients (usual PyTorch code has it in the second only)",
    parameters: [
      .required("rho", .number(.nonNegative), "length of the ascent step"),
      .optional(
        "normalized", .boolean, "whether the ascent step is rho g/|g|, not rho g",
        default: .boolean(true)),
    ] + DescentSettings.parameters
  ) { fields throws(Fault) in
    SharpnessAwareSolver(
      rho: try fields.number("rho"), isNormalized: fields["normalized"] != .boolean(false),
      settings: try DescentSettings(fields))
  }

  /// The length of the ascent step.
  public let rho: Double
  /// Whether it is divided by the gradient's norm.
  public let isNormalized: Bool
  /// Step, momentum and batches.
  public let settings: DescentSettings

  /// A solver.
  public init(rho: Double, isNormalized: Bool = true, settings: DescentSettings) {
    self.rho = rho
    self.isNormalized = isNormalized
    self.settings = settings
  }

  /// The time that a step takes.
  public var step: Double { settings.step }
  /// Its inertia.
  public var inertia: Momentum { settings.momentum }
  /// Of batches and input noise.
  public func drawSeed(for problem: Problem) -> UInt64? { settings.drawSeed(for: problem) }

  /// Two gradients and the ascended variables.
  public func workSpace(_ sizes: StateSizes) -> Double { 5 * sizes.state }

  /// A kernel's flow, and class means without samples, have no landscape.
  public func refusal(of problem: Problem) -> String? { settings.refusal(of: problem) }

  /// The ascent changes rates and limits.
  public func prediction(of prepared: PreparedProblem, until end: Double) -> LimitPrediction {
    .unknown("sharpness-aware minimisation has no predicted limit")
  }

  /// Iterates from output to output.
  public func follow(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    try settings.descent(SharpnessAwareDescent(rho: rho, isNormalized: isNormalized))
      .follow(prepared.problem, at: times, cost: &cost, visit: visit)
  }
}

/// The gradient at the end of an ascent step.
struct SharpnessAwareDescent: DescentRule {
  let rho: Double
  let isNormalized: Bool

  func gradient(
    _ landscape: any Landscape, at variables: inout [Double], of batch: Batch,
    random: inout RandomNormals, cost: inout SolverCost
  ) -> [Double] {
    cost.evaluations += 2
    let gradient = landscape.gradient(at: variables, of: batch)
    let norm = isNormalized ? gradient.norm : 1
    // At a critical point there is no way up.
    guard norm > 0 else { return landscape.descentDirection(at: variables, of: batch) }
    let ascended = zip(variables, gradient).map { $0 + rho / norm * $1 }
    return landscape.descentDirection(at: ascended, of: batch)
  }
}
