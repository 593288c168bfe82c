import DynNumerics

/// Single steps of descent along steepest directions, read off the states before and after them,
/// against what defines those directions: by products and eigenvalues instead of the decomposition
/// that the steps are made of, with gradients from the flow instead of the landscape.
struct SteepestStepCheck: Check {
  var needsExactFlow: Bool { false }

  private static let definition = "steps against what defines them"
  private static let decrease = "first-order decrease against the dual norm"
  /// Steps that are known less accurately show no direction.
  private static let leastAccuracy = 1e-3

  func results(for verification: Verification) -> [CheckResult] {
    verification.steepestDescents.flatMap { name, solver -> [CheckResult] in
      if let reason = verification.refusal(of: solver) {
        return [.notApplicable(reason, check: Self.definition, solver: name)]
      }
      do throws(SolverFailure) {
        let steps = try SteepestStep.measured(
          solver, verification.prepared, counts: counts(verification, solver))
        return try results(solver.direction, steps.flatMap(\.blocks), name)
      } catch {
        return [.unfinished(error, check: Self.definition, solver: name)]
      }
    }
  }

  /// The first, the middle and the last of the steps; with momentum, whose velocity is not part of a
  /// state, the first.
  private func counts(_ verification: Verification, _ solver: SteepestDescentSolver) -> [Int] {
    guard solver.settings.momentum == .none else { return [0] }
    let count = verification.stepCount(of: solver)
    return Set([0, count / 2, count - 1]).sorted()
  }

  private func results(
    _ direction: any SteepestDirection, _ blocks: [SteepestStep.Block], _ solver: String
  ) throws(SolverFailure) -> [CheckResult] {
    guard blocks.contains(where: { $0.accuracy <= Self.leastAccuracy }) else {
      return [
        .notApplicable(
          "the steps are lost in the rounding of the variables", check: Self.definition,
          solver: solver)
      ]
    }
    var defect = (observed: 0.0, bound: 1.0)
    var decrease = (observed: 0.0, bound: 1.0)
    for block in blocks where block.accuracy <= Self.leastAccuracy {
      do throws(NumericsError) {
        let own = try direction.defect(
          of: block.direction, for: block.gradient, accuracy: block.accuracy)
        Self.keepWorst(&defect, own, block.definitionBound)
        let (norm, rounding) = try direction.dualNorm(of: block.gradient)
        guard norm > 0 else { continue }
        let product = block.direction.elements.dot(block.gradient.divided(by: norm).elements)
        Self.keepWorst(&decrease, abs(product - 1), rounding + block.definitionBound)
      } catch {
        throw SolverFailure(error)
      }
    }
    return [
      .atMost(defect.bound, defect.observed, check: Self.definition, solver: solver),
      .atMost(decrease.bound, decrease.observed, check: Self.decrease, solver: solver),
    ]
  }

  /// Keeps the observation that is largest relative to its bound; a NaN stays.
  private static func keepWorst(
    _ worst: inout (observed: Double, bound: Double), _ observed: Double, _ bound: Double
  ) {
    guard !worst.observed.isNaN else { return }
    if observed.isNaN || observed / bound >= worst.observed / worst.bound {
      worst = (observed, bound)
    }
  }
}

/// One step of descent along steepest directions, block by block.
private struct SteepestStep {
  struct Block {
    /// (B_before - B_after)/e - lambda B_before.
    let direction: Matrix
    /// The gradient of the losses before the step.
    let gradient: Matrix
    /// How accurately the direction is known: rounding of the variables over the step size.
    let accuracy: Double

    /// A direction leaves out singular values below a threshold, each of them at most.
    var definitionBound: Double {
      4 * SpectralDirection.threshold * Double(min(gradient.rows, gradient.columns)).squareRoot()
        + 16 * accuracy
    }
  }

  let blocks: [Block]

  /// The steps with the given numbers, counted from 0.
  static func measured(
    _ solver: SteepestDescentSolver, _ prepared: PreparedProblem, counts: [Int]
  ) throws(SolverFailure) -> [SteepestStep] {
    let problem = prepared.problem
    guard let landscape = problem.landscape else { return [] }
    var states: [Int: State] = [:]
    var cost = SolverCost()
    let times = Set(counts.flatMap { [$0, $0 + 1] }).sorted().map { Double($0) * solver.step }
    try solver.follow(prepared, at: times, cost: &cost) { snapshot in
      let count = Int(DiscreteTime.count(at: snapshot.time, step: solver.step))
      states[count] = snapshot.state().unscaled
      return true
    }
    var clock = DescentClock(problem.rates, step: solver.step, meter: nil)
    var steps: [SteepestStep] = []
    for count in counts {
      while clock.stepsTaken < count { _ = clock.next(before: .infinity) }
      guard let size = clock.next(before: .infinity), let before = states[count],
        let after = states[count + 1]
      else { continue }
      steps.append(SteepestStep(from: before, to: after, size, problem, landscape))
    }
    return steps
  }

  private init(
    from before: State, to after: State, _ size: RatePair, _ problem: Problem,
    _ landscape: any Landscape
  ) {
    let (start, end) = (landscape.variables(of: before), landscape.variables(of: after))
    let slope = problem.lossSlope(at: before, landscape)
    let ownGradient = landscape.gradient(
      at: start, of: Batch.whole(problem).withoutDecay)
    blocks = landscape.blocks.compactMap { block in
      let size = block.start < landscape.featureVariableCount ? size.features : size.prototypes
      guard size > 0 else { return nil }
      let (from, to) = (block.matrix(of: start), block.matrix(of: end))
      // A gradient that is zero up to rounding is zero.
      let isZero = block.matrix(of: ownGradient).elements.allSatisfy { $0 == 0 }
      let gradient = isZero ? 0 * from : -1 * block.matrix(of: slope)
      let rounding = Double.ulpOfOne * (from.elements.norm + to.elements.norm)
      return Block(
        direction: (1 / size) * (from - to) - block.decay * from, gradient: gradient,
        accuracy: rounding * (2 / size + block.decay))
    }
  }
}

extension Problem {
  /// The flow of the losses without weight decay at a state, at unit rates, in a landscape's order.
  fileprivate func lossSlope(at state: State, _ landscape: any Landscape) -> [Double] {
    let undecayed = Problem(
      model: model, labels: labels, decay: decay.removed, seed: seed, start: start, rates: rates)
    let flow = undecayed.flow
    let variables = flow.vector(of: state)
    var slope = [Double](repeating: 0, count: variables.count)
    var target = slope.mutableSpan
    flow.derivative(
      of: variables.span, rates: RatePair(features: 1, prototypes: 1), into: &target)
    return landscape.variables(of: flow.state(of: slope))
  }
}

extension Verification {
  /// Steps that are followed, and what all of them may cost in products of matrix entries.
  private static let steepestLimits = (steps: 1000.0, work: 2e9)

  /// The descents along steepest directions among the solvers.
  var steepestDescents: [(name: String, solver: SteepestDescentSolver)] {
    solvers.compactMap { named in named.solver.steepest.map { (named.name, $0) } }
  }

  /// Why single steps of a descent say nothing; nil where they do.
  func refusal(of solver: SteepestDescentSolver) -> String? {
    if let reason = solver.refusal(of: problem) { return reason }
    guard !solver.settings.sampling.isActive, !problem.hasInputNoise else {
      return "steps on batches, with re-weighting or input noise follow no gradient of the whole"
    }
    return stepCount(of: solver) > 0 ? nil : "the scenario ends before one step"
  }

  /// How many steps of a descent are followed: to the end, or as many as take a second.
  func stepCount(of solver: SteepestDescentSolver) -> Int {
    let work = problem.landscape?.blocks.map { block in
      let (rows, columns) = (Double(block.shape.rows), Double(block.shape.columns))
      return 10 * rows * columns * min(rows, columns)
    }.sum
    let limit = min(
      Self.steepestLimits.steps, max(2, (Self.steepestLimits.work / max(1, work ?? 1)).rounded()))
    return Int(min(limit, DiscreteTime.count(at: end, step: solver.step)))
  }
}
