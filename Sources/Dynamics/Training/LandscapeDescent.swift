import DynNumerics

/// The direction of a step of descent on a landscape.
protocol DescentRule: Sendable {
  /// The gradient to step along, on one batch. A rule may move the variables before.
  func gradient(
    _ landscape: any Landscape, at variables: inout [Double], of batch: Batch,
    random: inout RandomNormals, cost: inout SolverCost
  ) -> [Double]
  /// Draws what a step draws, and lets it go.
  func skip(_ random: inout RandomNormals, dimension: Int)
}

extension DescentRule {
  /// Most draw nothing.
  func skip(_ random: inout RandomNormals, dimension: Int) {}
}

/// The gradient itself.
struct PlainDescent: DescentRule {
  func gradient(
    _ landscape: any Landscape, at variables: inout [Double], of batch: Batch,
    random: inout RandomNormals, cost: inout SolverCost
  ) -> [Double] {
    cost.evaluations += 1
    return landscape.descentDirection(at: variables, of: batch)
  }
}

/// Discrete descent on a landscape: batches, momentum, re-weighting, and a rule for the direction.
///
///     g = rule(theta, batch),  v <- momentum v + g,  theta <- theta - e v
///
/// or with Nesterov's look-ahead theta <- theta - e (g + momentum v), e = step eta(k step). The steepest
/// direction of each block may take the place of v; then weight decay is no part of g.
struct LandscapeDescent {
  let step: Double
  let momentum: Momentum
  let sampling: BatchSampling
  let rule: any DescentRule
  /// What takes the place of every block of v; nil for the block itself.
  var steepest: (any SteepestDirection)?

  /// Why descent on the landscape cannot treat a problem; nil when it can.
  static func refusal(of problem: Problem) -> String? {
    if problem.isReduced { return OdeSolver.reducedRefusal }
    return problem.landscapeRefusal.map { refusal in
      "steps on batches, with re-weighting, sharpness-aware, perturbed or along steepest directions "
        + "are not offered "
        + "\(refusal.reason): \(refusal.remedy), or use gradient_descent or ode without them"
    }
  }

  /// Iterates from output to output.
  func follow(
    _ problem: Problem, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    guard let landscape = problem.landscape else {
      throw SolverFailure(Self.refusal(of: problem) ?? "there is no landscape")
    }
    var iteration: LandscapeIteration
    do throws(NumericsError) {
      iteration = try LandscapeIteration(self, problem, landscape)
    } catch {
      throw SolverFailure(error)
    }
    for time in times {
      try iteration.advance(to: time, cost: &cost)
      let state = landscape.state(of: iteration.variables)
      let velocity = momentum.factor > 0 ? iteration.velocity : nil
      let snapshot = FullSnapshot(time: time, problem: problem, state: state) {
        velocity.map { landscape.state(of: $0) }
      }
      guard visit(snapshot) else { return }
    }
  }
}
