import DynNumerics

/// Descent along the steepest direction of every block of variables in a norm of matrices:
///
///     V <- momentum V + G,  B <- B - e (D(V) + lambda B),  e = step eta(k step)
///
/// G is the block's gradient of the batch's weighted losses. Weight decay is decoupled: it is no part
/// of what D is the direction of. With Nesterov's look-ahead D(G + momentum V) takes the place of
/// D(V). Blocks are the features, the prototypes or each layer, each matrix of a network's weights, and
/// each bias as a column.
///
/// The spectral kind is Muon (Jordan et al., 2024) with the exact polar factor, its update not scaled
/// by the shape; its use on unequal classes is studied by Vasudeva et al., arXiv 2510.22980. The kind
/// of signs is signSGD (Bernstein et al., ICML 2018), with momentum Signum.
public struct SteepestDescentSolver: Solver, SteppedSolver {
  static let spectralKind = Kind<any Solver>(
    "spectral_descent",
    "descent along U V' of each block's gradient U S V', over singular values above 1e-10 of the "
      + "largest; weight decay apart; momentum before U V' (Muon)",
    parameters: DescentSettings.parameters
  ) { fields throws(Fault) in
    SteepestDescentSolver(direction: SpectralDirection(), settings: try DescentSettings(fields))
  }

  static let signKind = Kind<any Solver>(
    "sign_descent",
    "descent along the signs of each block's gradient, 0 for 0; weight decay apart; momentum before "
      + "the signs (Signum)",
    parameters: DescentSettings.parameters
  ) { fields throws(Fault) in
    SteepestDescentSolver(direction: SignDirection(), settings: try DescentSettings(fields))
  }

  /// What takes the place of a block's gradient.
  public let direction: any SteepestDirection
  /// Step, momentum and batches.
  public let settings: DescentSettings

  /// A solver.
  public init(direction: any SteepestDirection, settings: DescentSettings) {
    self.direction = direction
    self.settings = settings
  }

  /// The time that a step takes.
  public var step: Double { settings.step }
  /// It is one.
  public var steepest: SteepestDescentSolver? { self }

  /// Gradient, pull and velocity, and a block with its factors and what they are found in.
  public func workSpace(_ sizes: StateSizes) -> Double { 10 * sizes.state }

  /// A kernel's flow, and class means without samples, have no landscape.
  public func refusal(of problem: Problem) -> String? { settings.refusal(of: problem) }

  /// Its limits are not those of the flow.
  public func prediction(of prepared: PreparedProblem, until end: Double) -> LimitPrediction {
    .unknown("descent along steepest directions has no predicted limit")
  }

  /// Iterates from output to output.
  public func follow(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    var descent = settings.descent(PlainDescent())
    descent.steepest = direction
    try descent.follow(prepared.problem, at: times, cost: &cost, visit: visit)
  }
}
