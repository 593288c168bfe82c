import DynNumerics
import RealModule

/// What the flow conserves, whatever the solution: see ``Invariants``.
struct InvariantCheck: Check {
  /// Tolerances that allow more than this show no conservation.
  private static let largestBound = 1e-3

  var needsExactFlow: Bool { false }

  func results(for verification: Verification) -> [CheckResult] {
    let end = verification.horizon
    let problem = verification.problem
    var results: [CheckResult] = []
    let exact: any Snapshot
    do throws(SolverFailure) {
      exact = try verification.exactSnapshot(at: end)
      results += invariants(
        problem, exact.state().unscaled, verification.exactBound(at: exact),
        verification.exactName)
    } catch {
      return [.unfinished(error, check: "conserved quantities", solver: verification.exactName)]
    }
    for (name, ode) in verification.integrators where verification.refusal(of: ode) == nil {
      guard case .adaptive(let relative, let absolute) = ode.control, ode.method.meetsTolerances
      else { continue }
      do throws(SolverFailure) {
        let bound = max(
          verification.bound(relative, absolute, at: exact),
          columnBound(problem, relative, absolute))
        guard bound <= Self.largestBound else {
          results.append(
            .notApplicable(
              "the tolerances are too loose to show conservation", check: "conserved quantities",
              solver: name))
          continue
        }
        let state = try verification.final(ode, at: end).state().unscaled
        results += invariants(problem, state, bound, name)
      } catch {
        // Whether it is at fault is for the comparison with the exact flow to say.
        results.append(
          .notApplicable(error.description, check: "conserved quantities", solver: name))
      }
    }
    return results
  }

  /// What the tolerances allow to the norm of the smallest feature on the sphere, which is measured on
  /// its own.
  private func columnBound(
    _ problem: Problem, _ relative: Double, _ absolute: Double
  ) -> Double {
    guard problem.normalizesFeatures else { return 0 }
    let features = problem.initialState.features
    let smallest = (0..<features.columns).map { features.column($0).norm }.min() ?? 1
    return 100 * (relative + absolute * Double(features.rows).squareRoot() / smallest)
  }

  private func invariants(
    _ problem: Problem, _ state: State, _ bound: Double, _ solver: String
  ) -> [CheckResult] {
    let found = Invariants.all.flatMap { invariant in
      invariant.changes(problem, state).map { $0.result(bound: bound, solver: solver) }
    }
    guard found.isEmpty else { return found }
    return [
      .notApplicable(
        problem.model.features.invariantRefusal, check: "conserved quantities", solver: solver)
    ]
  }
}
