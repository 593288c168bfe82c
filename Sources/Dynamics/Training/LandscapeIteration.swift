import DynNumerics

/// A descent on a landscape under way.
struct LandscapeIteration: ~Copyable {
  private let descent: LandscapeDescent
  private let landscape: any Landscape
  private let steepest: SteepestSteps?
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
      seed: descent.sampling.seed(for: problem), stream: RandomStream.perturbation)
    for _ in 0..<clock.stepsTaken {
      descent.rule.skip(&random, dimension: landscape.dimension)
    }
    self.descent = descent
    self.landscape = landscape
    steepest = descent.steepest.map { SteepestSteps($0, landscape.blocks) }
    self.plan = plan
    self.random = random
    self.clock = clock
    variables = landscape.variables(of: problem.initialState)
    velocity = problem.startVelocity(in: landscape)
  }

  /// Takes all steps up to a time.
  mutating func advance(to time: Double, cost: inout SolverCost) throws(SolverFailure) {
    while let size = clock.next(before: time) {
      let batch = plan.next()
      let gradient = descent.rule.gradient(
        landscape, at: &variables, of: steepest == nil ? batch : batch.withoutDecay,
        random: &random, cost: &cost)
      cost.steps += 1
      try move(along: gradient, size, clock.stepsTaken)
      if cost.steps.isMultiple(of: Self.checkInterval) { try checkFinite(clock.stepsTaken) }
    }
    try checkFinite(clock.stepsTaken)
  }

  private mutating func move(
    along gradient: [Double], _ size: RatePair, _ step: Int
  ) throws(SolverFailure) {
    var pull = gradient
    for index in pull.indices {
      pull[index] = descent.momentum.direction(&velocity[index], pull: gradient[index])
    }
    if let steepest { pull = try steepestPull(pull, steepest, step) }
    for (range, size) in landscape.ranges(size) {
      for index in range { variables[index] -= size * pull[index] }
    }
  }

  private func steepestPull(
    _ pull: [Double], _ steepest: SteepestSteps, _ step: Int
  ) throws(SolverFailure) -> [Double] {
    if let entry = pull.first(where: { !$0.isFinite }) {
      throw SolverFailure(
        "the gradient of step \(step) (t = \(Double(step - 1) * descent.step)) has an entry that is "
          + "\(entry.isNaN ? "nan" : "\(entry)"): the variables outgrow a double; end earlier, or lower "
          + "the learning rate or the step")
    }
    do throws(NumericsError) {
      return try steepest.pull(pull, at: variables)
    } catch {
      throw SolverFailure(error)
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

extension Problem {
  /// The velocity at the start as the landscape's variables; zeros at rest.
  // Apart from the initialiser, which throws: there Swift 6.3 optimises `velocity.map { } ?? zeros` into
  // one release of the problem's arrays too many.
  fileprivate func startVelocity(in landscape: any Landscape) -> [Double] {
    guard let velocity else { return [Double](repeating: 0, count: landscape.dimension) }
    return landscape.variables(of: velocity)
  }
}
