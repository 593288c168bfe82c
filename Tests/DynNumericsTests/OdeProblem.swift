import DynNumerics
import Foundation
import Testing

/// An initial value problem with a known solution.
struct OdeProblem: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let end: Double
  let derivative: @Sendable (Double, [Double]) -> [Double]
  /// df/dy row by row, and df/dt.
  let jacobian: @Sendable (Double, [Double]) -> (byState: [Double], byTime: [Double])
  let solution: @Sendable (Double) -> [Double]

  static let decay = OdeProblem(
    testDescription: "y' = -y", end: 3, derivative: { _, y in [-y[0]] },
    jacobian: { _, _ in ([-1], [0]) }, solution: { [exp(-$0)] })

  static let oscillator = OdeProblem(
    testDescription: "oscillator", end: 6, derivative: { _, y in [y[1], -y[0]] },
    jacobian: { _, _ in ([0, 1, -1, 0], [0, 0]) }, solution: { [cos($0), -sin($0)] })

  static let driven = OdeProblem(
    testDescription: "y' = y cos t", end: 4, derivative: { t, y in [y[0] * cos(t)] },
    jacobian: { t, y in ([cos(t)], [-y[0] * sin(t)]) }, solution: { [exp(sin($0))] })

  /// A fast decay towards a slow curve: explicit methods would need about 10^4 steps for stability.
  static let stiff = OdeProblem(
    testDescription: "y' = -10^4 (y - cos t) - sin t", end: 3,
    derivative: { t, y in [-1e4 * (y[0] - cos(t)) - sin(t)] },
    jacobian: { t, _ in ([-1e4], [-1e4 * sin(t) - cos(t)]) }, solution: { [cos($0)] })

  /// y = 1/(1 - t) is infinite at 1.
  static let explosion = OdeProblem(
    testDescription: "y' = y^2", end: 2, derivative: { _, y in [y[0] * y[0]] },
    jacobian: { _, y in ([2 * y[0]], [0]) }, solution: { [1 / (1 - $0)] })

  static let smooth = [decay, oscillator, driven]
}

/// What the right-hand side saw of an integration, counted outside the library.
final class CallRecord {
  var evaluations = 0
  var jacobians = 0
  var latest = -Double.infinity
}

/// An integration's outcome.
struct OdeOutcome {
  var time: Double
  var state: [Double]
  var statistics: OdeStatistics
  var failure: OdeFailure?
  let record: CallRecord

  /// The largest component of the difference to the exact solution.
  func error(_ problem: OdeProblem) -> Double {
    zip(state, problem.solution(time)).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }
}

extension OdeProblem {
  func system(_ record: CallRecord, hasJacobian: Bool = true) -> OdeSystem {
    func array(_ span: Span<Double>) -> [Double] { span.indices.map { span[$0] } }
    let differentiate: OdeSystem.Jacobian = { [jacobian] time, state, byState, byTime in
      record.jacobians += 1
      let (matrix, vector) = jacobian(time, array(state))
      for (index, value) in matrix.enumerated() { byState[index] = value }
      for (index, value) in vector.enumerated() { byTime[index] = value }
    }
    return OdeSystem(
      dimension: solution(0).count, jacobian: hasJacobian ? differentiate : nil
    ) { [derivative] time, state, target in
      record.evaluations += 1
      record.latest = max(record.latest, time)
      for (index, value) in derivative(time, array(state)).enumerated() { target[index] = value }
    }
  }

  /// Integrates through the given times, by default to the end at once.
  func integrated(
    _ method: OdeMethod, _ control: StepControl, through stops: [Double]? = nil
  ) throws -> OdeOutcome {
    let record = CallRecord()
    var integrator = try OdeIntegrator(system(record), method: method, control: control)
    var outcome = OdeOutcome(
      time: 0, state: solution(0), statistics: OdeStatistics(), failure: nil, record: record)
    do throws(OdeFailure) {
      for stop in stops ?? [end] {
        try integrator.advance(&outcome.state, time: &outcome.time, to: stop)
      }
    } catch { outcome.failure = error }
    outcome.statistics = integrator.statistics
    return outcome
  }
}
