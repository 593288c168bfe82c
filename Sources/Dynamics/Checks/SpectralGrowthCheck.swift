import DynNumerics

/// Spectral descent against its closed form where it has one: from starts that are aligned with the
/// modes of the label operator all singular values grow by the step size (``SpectralGrowth``).
struct SpectralGrowthCheck: Check {
  var needsExactFlow: Bool { false }

  private static let name = "singular values grow by the step size"
  /// Directions with singular values nearer than this to the threshold may lose them.
  private static let largestCondition = 0.1 / SpectralDirection.threshold

  func results(for verification: Verification) -> [CheckResult] {
    verification.steepestDescents.filter { $0.solver.direction is SpectralDirection }.map {
      name, solver -> CheckResult in
      do throws(SolverFailure) {
        return try result(verification, name, solver)
      } catch {
        return .unfinished(error, check: Self.name, solver: name)
      }
    }
  }

  private func result(
    _ verification: Verification, _ name: String, _ solver: SteepestDescentSolver
  ) throws(SolverFailure) -> CheckResult {
    func notApplicable(_ reason: String) -> CheckResult {
      .notApplicable(reason, check: Self.name, solver: name)
    }
    let problem = verification.problem
    if let reason = verification.refusal(of: solver) ?? problem.growthRefusal {
      return notApplicable(reason)
    }
    let count = verification.stepCount(of: solver)
    let total = Self.total(count, problem.rates, solver.step)
    guard let (growth, condition) = try Self.growth(problem, until: total) else {
      return notApplicable("the start is not aligned with the modes of the label operator")
    }
    guard condition <= Self.largestCondition else {
      return notApplicable("some modes are too weak beside others to be told from rounding")
    }
    let state = try Self.state(of: solver, verification.prepared, after: count)
    return .atMost(
      Self.bound(condition), Self.error(state, growth.state(after: total)), check: Self.name,
      solver: name)
  }

  /// The growth from a problem's start, and the worst condition of its gradients.
  private static func growth(
    _ problem: Problem, until end: RatePair
  ) throws(SolverFailure) -> (SpectralGrowth, condition: Double)? {
    do throws(NumericsError) {
      guard let growth = try SpectralGrowth(problem) else { return nil }
      let start = try growth.condition(after: RatePair(features: 0, prototypes: 0))
      return (growth, max(start, try growth.condition(after: end)))
    } catch {
      throw SolverFailure(error)
    }
  }

  /// Rounding of each gradient, as many times as its condition in its direction.
  private static func bound(_ condition: Double) -> Double { 1e-13 * condition }

  /// The sums of the step sizes.
  private static func total(_ count: Int, _ rates: LearningRates, _ step: Double) -> RatePair {
    var clock = DescentClock(rates, step: step, meter: nil)
    let sizes = (0..<count).compactMap { _ in clock.next(before: .infinity) }
    return RatePair(
      features: sizes.map(\.features).sum, prototypes: sizes.map(\.prototypes).sum)
  }

  private static func state(
    of solver: SteepestDescentSolver, _ prepared: PreparedProblem, after count: Int
  ) throws(SolverFailure) -> State {
    var last = prepared.problem.initialState
    var cost = SolverCost()
    try solver.follow(prepared, at: [Double(count) * solver.step], cost: &cost) { snapshot in
      last = snapshot.state().unscaled
      return true
    }
    return last
  }

  /// The largest relative difference of features, and of prototypes or layers.
  private static func error(_ state: State, _ expected: State) -> Double {
    let blocks =
      [(state.features, expected.features)]
      + (expected.layers.isEmpty
        ? [(state.prototypes, expected.prototypes)] : Array(zip(state.layers, expected.layers)))
    let errors = blocks.map { own, other in
      (own - other).elements.norm.relative(to: other.elements.norm)
    }
    // A NaN must stay one: max would drop it.
    return errors.first(where: \.isNaN) ?? errors.max() ?? 0
  }
}

extension Problem {
  /// Why singular values follow no formula, whatever the start; nil where they may.
  fileprivate var growthRefusal: String? {
    guard loss.unhinged != nil, model.features.areFree, !model.entry.normalizes,
      model.prototypes.move
    else {
      return "only the unhinged loss of free features and prototypes that move has modes"
    }
    guard decay.features == 0, decay.prototypes == 0, decay.layers.allSatisfy({ $0 == 0 }) else {
      return "weight decay shrinks singular values"
    }
    return nil
  }
}
