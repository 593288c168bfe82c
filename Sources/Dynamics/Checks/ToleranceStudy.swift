import DynNumerics
import RealModule

/// Methods whose error is not tied to their tolerance: it must fall with it, at least 5-fold for each
/// tenfold tighter one, until it is as small as the tightest tolerances allow.
struct ToleranceStudy {
  let verification: Verification
  let solver: String
  let method: OdeMethod

  private var name: String { "\(verification.integrationName): error per tenfold tolerance" }
  private static let leastFactor = 5.0
  /// The relative tolerances, from loose to tight; the absolute ones are a hundredth of that of the
  /// state's size.
  private static let tolerances = [1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13]
  /// Decades over which the error must fall at the given rate.
  private static let decades = 4

  func result() throws(SolverFailure) -> CheckResult {
    let end = verification.horizon
    let exact = try verification.exactSnapshot(at: end)
    let rounding = verification.rounding(at: exact)
    var study = ConvergenceStudy()
    var unfinished: SolverFailure?
    var cost = SolverCost()
    for tolerance in Self.tolerances where unfinished == nil && !study.hasReachedRounding {
      let control = verification.control(relative: tolerance, against: exact)
      do throws(SolverFailure) {
        let before = cost
        let snapshot = try verification.final(
          OdeSolver(method: method, control: control), at: end, cost: &cost)
        // Steps that the tolerance does not shorten say nothing about it.
        guard cost != before else { continue }
        study.add(snapshot, exact: exact, rounding: rounding)
      } catch {
        guard error.cause == .tooManySteps else { throw error }
        unfinished = error
      }
      if study.contradictsExactForm {
        let errors = study.runs.suffix(2).map(\.error)
        return .atLeast(
          Self.leastFactor, errors[0] / errors[1], check: name, solver: solver)
      }
    }
    return verdict(study, unfinished)
  }

  private func verdict(_ study: ConvergenceStudy, _ unfinished: SolverFailure?) -> CheckResult {
    let errors = study.runs.map(\.error)
    if errors.count == 1, study.hasReachedRounding {
      return notApplicable("the method is exact here")
    }
    let factors = errors.indices.compactMap {
      factor(errors[...$0], isLast: $0 == errors.count - 1)
    }
    guard let factor = factors.max(), factor >= Self.leastFactor else {
      return notApplicable(
        unfinished?.description
          ?? "the error falls from \(errors.first ?? .nan) to \(errors.last ?? .nan), less evenly than "
          + "the tolerance, but not to another state")
    }
    return .atLeast(Self.leastFactor, factor, check: name, solver: solver)
  }

  /// How far the error has fallen for each tenfold tighter tolerance, over four of them, or in all where
  /// the last one has reached rounding earlier.
  private func factor(_ errors: ArraySlice<Double>, isLast: Bool) -> Double? {
    let recent = Array(errors.suffix(Self.decades + 1))
    guard let loose = recent.first, let tight = recent.last, recent.count > 1,
      recent.count > Self.decades || isLast
    else { return nil }
    return Double.root(loose / max(tight, .leastNonzeroMagnitude), recent.count - 1)
  }

  private func notApplicable(_ reason: String) -> CheckResult {
    .notApplicable(reason, check: name, solver: solver)
  }
}

extension Verification {
  /// A hundredth of the relative tolerance is allowed to entries of the size of the state.
  private static let absoluteShare = 0.01

  /// Tolerances on the scale of the state, up to the time of an exact one.
  func control(relative: Double, against exact: any Snapshot) -> StepControl {
    let start = problem.initialState.norm
    // Of a state that grows the beginning counts: what is lost there grows with it.
    let size =
      (start > 0 ? min(start, exact.norm) : exact.norm)
      / Double(problem.flow.dimension).squareRoot()
    let absolute = Self.absoluteShare * relative * size
    // A state of zeros has no scale.
    return .adaptive(
      relative: relative, absolute: absolute > 0 && absolute.isFinite ? absolute : 1e-300)
  }

  /// The last state of a solver.
  func final(_ solver: some Solver, at end: Double) throws(SolverFailure) -> any Snapshot {
    var cost = SolverCost()
    return try final(solver, at: end, cost: &cost)
  }

  /// The same with what it has cost.
  func final(
    _ solver: some Solver, at end: Double, cost: inout SolverCost
  ) throws(SolverFailure) -> any Snapshot {
    var last: (any Snapshot)?
    try solver.follow(prepared, at: [end], cost: &cost) { snapshot in
      last = snapshot
      return true
    }
    guard let last else { throw SolverFailure("no state was reported at t = \(end)") }
    return last
  }
}
