import DynNumerics

/// Means and standard deviations over all normal starts that a scenario describes, without drawing
/// any (<doc:RandomStarts>).
public struct StartMomentsSolver: ExpectationSolver {
  static let kind = Kind<any Solver>(
    "start_moments",
    "means and standard deviations over all normal starts, in closed form: no start is drawn"
  ) { _ throws(Fault) in StartMomentsSolver() }

  /// The solver.
  public init() {}

  /// Loss, objective and squared norms, and the standard deviations of all but the objective.
  public var knownObservables: [Observable] {
    StartMoments.moments.flatMap { [$0.mean, $0.deviation].compactMap { $0 } }
  }

  /// The flow must be linear in a start of which a block is normal.
  public func refusal(of problem: Problem) -> String? {
    let remedy = "leave start_moments out, or sweep initial_state.seed instead"
    if let reason = problem.nonlinearPart { return "\(reason): \(remedy)" }
    guard problem.saddle == nil else {
      return "a start near a saddle is not one of independent normal numbers: \(remedy)"
    }
    let distribution = problem.distribution
    if [distribution.features, distribution.prototypes].contains(.dependent) {
      return "columns of one norm are not normal: give \"scale\" in the place of \"norm\", or "
        + "sweep initial_state.seed instead"
    }
    guard distribution.isRandom else {
      return "nothing of the start is random: give features, prototypes or bias the kind "
        + "\"normal\" with a positive scale, or leave start_moments out"
    }
    return nil
  }

  /// The moments at each time.
  public func followExpectations(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (ExpectedValues) -> Bool
  ) throws(SolverFailure) {
    if let reason = refusal(of: prepared.problem) { throw SolverFailure(reason) }
    var moments = try prepared.startMoments(until: times.last ?? 0)
    for time in times {
      guard visit(try moments.values(at: time)) else { return }
    }
  }
}

extension PreparedProblem {
  /// The moments over its starts.
  ///
  /// - Throws: `SolverFailure` when there is no memory for them.
  fileprivate func startMoments(until end: Double) throws(SolverFailure) -> StartMoments {
    do throws(NumericsError) {
      return try StartMoments(problem, until: end, threads: threads)
    } catch {
      throw SolverFailure(error)
    }
  }
}

extension Problem {
  /// Why the state is not linear in its start; nil where it is.
  fileprivate var nonlinearPart: String? {
    if LinearFamily().includes(model) { return nil }
    if network != nil { return "the features of a network are not linear in its weights" }
    if model.features.kernel != nil {
      return "moments over starts are not derived for features that move through a kernel"
    }
    if model.entry.normalizes { return "normalised features are not linear in their start" }
    if !model.prototypes.areOneMatrix { return "a product of layers is not linear in its start" }
    return "moments over starts have a closed form with the unhinged loss only"
  }
}
