import DynNumerics

/// When the exact flow's direction comes within a tolerance of its predicted limit.
public enum TimeToTolerance: Sendable, Equatable {
  /// From this time on.
  case at(Double)
  /// Not before the search gave up, at the given time.
  case notBefore(Double)
  /// Never: the learning rate's integral ends at the given value.
  case never(zeta: Double)
  /// There is no predicted limit or no closed form to search.
  case unknown

  /// Searches the closed form: doubles an upper time until the distance is below the tolerance,
  /// then bisects. The distance is taken to fall once it falls, as it does asymptotically.
  ///
  /// - Complexity: about 100 evaluations of the closed form.
  public init(_ prepared: PreparedProblem, tolerance: Double, startingAt end: Double) {
    guard prepared.hasClosedForm, let limit = prepared.prediction.direction,
      var flow = try? prepared.exactFlow(until: .infinity)
    else {
      self = .unknown
      return
    }
    func isReached(_ time: Double) -> Bool {
      guard let snapshot = try? flow.snapshot(at: time) else { return false }
      return snapshot.distance(to: limit) < tolerance
    }
    let begin = prepared.problem.rates.begin
    var (lower, upper) = (begin, end > begin ? end : begin + 1)
    for _ in 0..<40 where !isReached(upper) { (lower, upper) = (upper, 2 * upper) }
    guard isReached(upper) else {
      let clock = prepared.prediction.clock
      let zetas = [lower, upper].map { prepared.problem.rates.integrals(to: $0)[clock] }
      self = zetas[1] <= zetas[0] * (1 + 1e-6) ? .never(zeta: zetas[1]) : .notBefore(lower)
      return
    }
    self = .at(
      bisection(from: lower, to: upper, tolerance: 1e-6) { !isReached($0) }.first)
  }
}
