import DynNumerics

/// A descent on a landscape under way.
struct LandscapeIteration: ~Copyable {
  private let descent: LandscapeDescent
  private let landscape: any Landscape
  private var plan: BatchPlan
  private var random: RandomNormals
  private var clock: DescentClock
  /// The velocity that the last step left.
  private(set) var velocity: [Double]
  /// Where it is.
  private(set) var variables: [Double]

  /// How often the variables are checked for overflow.
  private static let checkInterval = 64

  init(
    _ descent: LandscapeDescent, _ problem: Problem, _ landscape: any Landscape
  ) throws(NumericsError) {
    let clock = DescentClock(problem.rates, step: descent.step)
    let plan = try BatchPlan(problem, landscape, descent.sampling, after: clock.stepsTaken)
    var random = try RandomNormals(
      seed: descent.sampling.seed ?? problem.seed, stream: RandomStream.perturbation)
    for _ in 0..<clock.stepsTaken {
      descent.rule.skip(&random, dimension: landscape.dimension)
    }
    self.descent = descent
    self.landscape = landscape
    self.plan = plan
    self.random = random
    self.clock = clock
    variables = landscape.variables(of: problem.initialState)
    velocity =
      problem.velocity.map { landscape.variables(of: $0) }
      ?? [Double](repeating: 0, count: variables.count)
  }

  /// Takes all steps up to a time.
  mutating func advance(to time: Double, cost: inout SolverCost) throws(SolverFailure) {
    while let size = clock.next(before: time) {
      let gradient = descent.rule.gradient(
        landscape, at: &variables, of: plan.next(), random: &random, cost: &cost)
      move(along: gradient, size)
      cost.steps += 1
      if cost.steps.isMultiple(of: Self.checkInterval) { try checkFinite(clock.stepsTaken) }
    }
    try checkFinite(clock.stepsTaken)
  }

  private mutating func move(along gradient: [Double], _ size: RatePair) {
    let momentum = descent.momentum
    for (range, size) in landscape.ranges(size) {
      for index in range {
        variables[index] -=
          size * momentum.direction(&velocity[index], pull: gradient[index])
      }
    }
  }

  private func checkFinite(_ steps: Int) throws(SolverFailure) {
    guard let entry = variables.first(where: { !$0.isFinite }) else { return }
    throw SolverFailure(
      "descent reached \(entry.isNaN ? "nan" : "\(entry)") by step \(steps) "
        + "(t = \(Double(steps) * descent.step)), at most \(Self.checkInterval) steps ago: the "
        + "steps are too long for the landscape's curvature; lower the learning rate or the step")
  }
}
