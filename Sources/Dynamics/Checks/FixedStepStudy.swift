import DynNumerics
import RealModule

/// The order of a method of fixed steps, seen in the errors of steps that are halved from the whole
/// time on until they have settled, or show nothing but rounding.
struct FixedStepStudy {
  let verification: Verification
  let solver: String
  let method: OdeMethod
  let order: Int
  let step: Double

  private var name: String { "\(verification.integrationName): observed order" }
  /// How far below the method's order the observed one may be.
  private static let tolerance = 0.2
  /// Two orders in a row that differ by less have settled.
  private static let settled = 0.2

  func result() throws(SolverFailure) -> CheckResult {
    let end = verification.horizon
    let exact = try verification.exactSnapshot(at: end)
    var study = ConvergenceStudy()
    var parts = 1
    var unfinished: SolverFailure?
    // On beyond the steps that show the order: a wrong exact form shows in the last errors.
    while unfinished == nil, !study.hasReachedRounding, !study.isNoise {
      do throws(SolverFailure) {
        let snapshot = try verification.final(ode(parts), at: end)
        study.add(snapshot, exact: exact, rounding: rounding(exact, parts, end))
      } catch {
        if error.cause == .tooManySteps { unfinished = error } else { study.addOverflow() }
      }
      if study.contradictsExactForm { return failure(study) }
      parts *= 2
    }
    return verdict(study, unfinished)
  }

  /// The given step, or the longest 2^k times it that fits, divided into equal parts.
  private func ode(_ parts: Int) -> OdeSolver {
    let count = (verification.horizon - verification.begin) / step
    let longest = count > 2 ? step * Double.exp2(Double.log2(count).rounded(.down)) : step
    return OdeSolver(method: method, control: .fixed(longest), partsOfStep: parts)
  }

  /// Every step may round by a few units.
  private func rounding(_ exact: any Snapshot, _ parts: Int, _ end: Double) -> Double {
    let steps = ode(parts).fixedStepCount(from: verification.begin, until: end) ?? 0
    return verification.rounding(at: exact) + 4 * steps * Double.ulpOfOne
  }

  private func verdict(_ study: ConvergenceStudy, _ unfinished: SolverFailure?) -> CheckResult {
    let lowest = Double(order) - Self.tolerance
    let orders = study.orders
    let settled = zip(orders, orders.dropFirst()).filter { abs($0 - $1) <= Self.settled }
    // A method may do better than its order on a linear flow.
    if let last = settled.last(where: { min($0, $1) >= lowest }) {
      return .atLeast(lowest, min(last.0, last.1), check: name, solver: solver)
    }
    let seen = orders.filter { !$0.isNaN }
    // Where every further halving is rounding, one fall is enough: the exact form has been met.
    if study.hasReachedRounding, let best = seen.max(), best >= lowest {
      return .atLeast(lowest, best, check: name, solver: solver)
    }
    return notApplicable(
      unfinished?.description
        ?? (seen.isEmpty
          ? "halved steps lead from errors above \(ConvergenceStudy.largestError) to rounding at once"
          : "the order has not settled (\(seen.map { $0.brief }.joined(separator: ", "))) when halved "
            + "steps leave nothing but rounding"))
  }

  private func failure(_ study: ConvergenceStudy) -> CheckResult {
    .atLeast(
      Double(order) - Self.tolerance, study.orders.last.flatMap { $0.isNaN ? nil : $0 } ?? 0,
      check: name, solver: solver)
  }

  private func notApplicable(_ reason: String) -> CheckResult {
    .notApplicable(reason, check: name, solver: solver)
  }
}

extension Double {
  /// Two decimals.
  fileprivate var brief: String { "\((100 * self).rounded() / 100)" }
}
