import DynNumerics

/// The flow by the most accurate method at tolerances near rounding, where there is no exact one.
final class FineIntegration: Evaluator {
  static let name = "fine integration"
  static let relative = 1e-13
  static let absolute = 1e-15
  /// The method, and another one that confirms it.
  static let method = OdeMethod.dop853
  static let witness = OdeMethod.rk8pd

  private let prepared: PreparedProblem
  private let integration: any StateIntegration
  private var state: State
  private var time: Double

  init(_ prepared: PreparedProblem, until end: Double) throws(SolverFailure) {
    let solver = OdeSolver(
      method: Self.method,
      control: .adaptive(relative: Self.relative, absolute: Self.absolute))
    self.prepared = prepared
    time = prepared.problem.rates.begin
    integration = try solver.integration(of: prepared, until: end)
    state = prepared.takenState(for: prepared.flow)
  }

  func snapshot(at time: Double) throws(SolverFailure) -> any Snapshot {
    do throws(OdeFailure) {
      try integration.advance(&state, from: self.time, to: time)
    } catch {
      throw SolverFailure(error, method: Self.method, of: prepared.problem)
    }
    self.time = time
    return FullSnapshot(time: time, prepared: prepared, state: state)
  }
}
