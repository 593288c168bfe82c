import DynNumerics
import RealModule

/// The linearised flow against an integration of its own equation on the full state, which knows no
/// modes, and the bound on its error against the flow itself.
struct LinearizedCheck: Check {
  var needsExactFlow: Bool { false }

  private let flowName = "linearised flow against integration"
  private let boundName = "bound on the linearised flow's error"
  private static let relative = 1e-12
  private static let absolute = 1e-14
  private static let tolerance = 1e-9

  func results(for verification: Verification) -> [CheckResult] {
    let own = verification.solvers.filter { $0.solver is LinearizedSolver }
    return own.flatMap { named in
      [
        result(flowName, named.name) { () throws(SolverFailure) in
          try integrationError(verification)
        },
        result(boundName, named.name) { () throws(SolverFailure) in
          try boundExcess(verification)
        },
      ]
    }
  }

  private func result(
    _ check: String, _ solver: String, _ measure: () throws(SolverFailure) -> Double
  ) -> CheckResult {
    do throws(SolverFailure) {
      return .atMost(Self.tolerance, try measure(), check: check, solver: solver)
    } catch {
      return .unfinished(error, check: check, solver: solver)
    }
  }

  private func evaluator(
    _ verification: Verification
  ) throws(SolverFailure) -> LinearizedEvaluator {
    do throws(NumericsError) {
      return try LinearizedEvaluator(
        verification.problem, until: verification.horizon, threads: verification.prepared.threads)
    } catch {
      throw SolverFailure(error)
    }
  }

  /// The distance of the modes' state from the integrated one, relative to it, over the growth on the
  /// way.
  private func integrationError(
    _ verification: Verification
  ) throws(SolverFailure) -> Double {
    let end = verification.horizon
    var linear = try evaluator(verification)
    let own = try linear.snapshot(at: end)
    var state = verification.problem.initialState
    let start = state.norm
    try integrate(&state, verification, until: end)
    let reference = FullSnapshot(time: end, problem: verification.problem, state: state)
    return own.relativeError(against: reference) / max(1, Double.log(state.norm / start))
  }

  private func integrate(
    _ state: inout State, _ verification: Verification, until end: Double
  ) throws(SolverFailure) {
    do throws(NumericsError) {
      let tangent = try verification.problem.linearized()
      let integration = try WholeIntegration(
        LandscapeFlow(ModelLandscape(tangent), tangent), tangent.rates, until: end,
        method: .dop853,
        control: .adaptive(relative: Self.relative, absolute: Self.absolute * state.norm))
      do throws(OdeFailure) {
        try integration.advance(&state, from: 0, to: end)
      } catch {
        throw NumericsError.unsupported("the integration of the linearised flow stopped: \(error)")
      }
    } catch {
      throw SolverFailure(error)
    }
  }

  /// By how much the distance from the flow itself is above the bound at any of ten times.
  private func boundExcess(_ verification: Verification) throws(SolverFailure) -> Double {
    var linear = try evaluator(verification)
    var flow = try verification.exactFlow(until: verification.horizon)
    var excess = 0.0
    for time in verification.tenTimes {
      let own = try linear.snapshot(at: time)
      let error = try flow.snapshot(at: time).relativeError(against: own)
      excess = max(excess, error - (own.errorBound ?? 0))
    }
    return excess
  }
}
