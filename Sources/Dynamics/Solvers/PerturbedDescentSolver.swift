import DynNumerics

/// Perturbed gradient descent: a step of a given length in a random direction before each gradient
/// step (Jin et al., ICML 2017, add it only where the gradient is small).
public struct PerturbedDescentSolver: Solver, SteppedSolver {
  static let kind = Kind<any Solver>(
    "perturbed_gradient_descent",
    "gradient descent with a random step of a given length before each step",
    parameters: [
      .required("radius", .number(.nonNegative), "length of the random step")
    ] + DescentSettings.parameters
  ) { fields throws(Fault) in
    PerturbedDescentSolver(
      radius: try fields.number("radius"), settings: try DescentSettings(fields))
  }

  /// The length of the random step.
  public let radius: Double
  /// Step, momentum and batches.
  public let settings: DescentSettings

  /// A solver.
  public init(radius: Double, settings: DescentSettings) {
    self.radius = radius
    self.settings = settings
  }

  /// The time that a step takes.
  public var step: Double { settings.step }
  /// Its inertia.
  public var inertia: Momentum { settings.momentum }
  /// Of batches, input noise and random steps.
  public func drawSeed(for problem: Problem) -> UInt64? {
    settings.sampling.seed ?? problem.seed
  }

  /// Gradient, direction and velocity.
  public func workSpace(_ sizes: StateSizes) -> Double { 4 * sizes.state }

  /// A kernel's flow, and class means without samples, have no landscape.
  public func refusal(of problem: Problem) -> String? { settings.refusal(of: problem) }

  /// Noise keeps the state from any limit.
  public func prediction(of prepared: PreparedProblem, until end: Double) -> LimitPrediction {
    .unknown("perturbed descent has no predicted limit")
  }

  /// Iterates from output to output.
  public func follow(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    try settings.descent(PerturbedDescent(radius: radius))
      .follow(prepared.problem, at: times, cost: &cost, visit: visit)
  }
}

/// The gradient after a random step.
struct PerturbedDescent: DescentRule {
  let radius: Double

  func skip(_ random: inout RandomNormals, dimension: Int) {
    _ = random.nextDirection(dimension)
  }

  func gradient(
    _ landscape: any Landscape, at variables: inout [Double], of batch: Batch,
    random: inout RandomNormals, cost: inout SolverCost
  ) -> [Double] {
    let direction = random.nextDirection(variables.count)
    for index in variables.indices { variables[index] += radius * direction[index] }
    cost.evaluations += 1
    return landscape.descentDirection(at: variables, of: batch)
  }
}
