import DynNumerics
import RealModule

/// The rate at which the direction approaches its limit, fitted over a window of twenty points in
/// which the predicted rate shows undisturbed, against the predicted one.
struct RateCheck: Check {
  private let name = "fitted against predicted rate"
  /// Distances are of use where the integration's own error is at most this share of them.
  private static let hiddenShare = 1e-3

  func results(for verification: Verification) -> [CheckResult] {
    let exact = NamedSolver(name: verification.exactName, solver: ClosedFormSolver())
    let others =
      verification.integrators.map { NamedSolver(name: $0.name, solver: $0.solver) }
      + verification.descents.map { NamedSolver(name: $0.name, solver: $0.solver) }
    return ([exact] + others).map { named in
      do throws(SolverFailure) {
        return try result(verification, named)
      } catch {
        // Whether an integration that breaks down is at fault is for the comparison with it to say.
        if named.solver.integration != nil {
          return .notApplicable(error.description, check: name, solver: named.name)
        }
        return .unfinished(error, check: name, solver: named.name)
      }
    }
  }

  private func result(
    _ verification: Verification, _ named: NamedSolver
  ) throws(SolverFailure) -> CheckResult {
    func notApplicable(_ reason: String) -> CheckResult {
      .notApplicable(reason, check: name, solver: named.name)
    }
    if let reason = named.solver.refusal(of: verification.problem) { return notApplicable(reason) }
    if !named.solver.isExactFlow, let reason = verification.comparisonRefusal {
      return notApplicable(reason)
    }
    if let descent = named.solver.descent,
      let reason = verification.stepRefusal(of: descent)
    {
      return notApplicable(reason)
    }
    let prepared = verification.prepared
    let prediction = named.solver.prediction(of: prepared, until: verification.end)
    guard case .exponential(let rate, let degree) = prediction.approach,
      let from = prediction.settledFrom,
      let limit = prediction.direction, let flowLimit = prepared.prediction.direction
    else { return notApplicable("no exponential rate is predicted") }
    if named.solver.descent != nil, verification.problem.rates.constantRates == nil {
      return notApplicable("a varying learning rate has no discrete rate of its own")
    }
    guard let window = try verification.window(from: from, rate: rate, limit: flowLimit) else {
      return notApplicable("the rate does not show between the start and the end of the scenario")
    }
    var points: [(distance: Double, zeta: Double)] = []
    let times = named.solver.reportTimes(for: window)
    let clock = verification.clock
    var isHidden = false
    if named.solver.isExactFlow {
      for time in times {
        let snapshot = try verification.exactSnapshot(at: time)
        points.append((snapshot.distance(to: limit), clock(time)))
      }
    } else {
      let isFlow = named.solver.integration != nil
      try verification.follow(named.solver, at: times) { snapshot, reference in
        let distance = snapshot.distance(to: limit)
        let error = isFlow ? snapshot.relativeError(against: reference) : 0
        isHidden = isHidden || !(error <= Self.hiddenShare * distance)
        points.append((distance, clock(snapshot.time)))
      }
    }
    // Without the power of the clock only the rate is left.
    points = points.map { ($0.distance / Double.pow($0.zeta, degree), $0.zeta) }
    guard let fit = RateFit(points: points) else {
      return notApplicable("fewer than four steps of descent fall into the window")
    }
    let result = CheckResult.near(
      rate, tolerance: 0.01 * rate, fit.rate, check: name, solver: named.name)
    guard result.isFailure, !named.solver.isExactFlow else { return result }
    if isHidden { return notApplicable("the error of the integration hides the rate") }
    return points.fallAtOneRate(fit)
      ? result : notApplicable("the distances in the window do not fall at one rate")
  }
}

extension Verification {
  private static let windowPoints = 20
  /// The window ends where the distance meets rounding noise.
  private static let smallestDistance = 1e-10

  /// Twenty times between the reading `from` of the clock and the time at which the exact distance
  /// reaches rounding noise; nil where that is less than one e-fold.
  fileprivate func window(
    from start: Double, rate: Double, limit: LimitDirection
  ) throws(SolverFailure) -> [Double]? {
    let end = horizon
    guard clock(end) > start, let first = time(ofClock: start, before: end) else { return nil }
    let distance = try exactSnapshot(at: first).distance(to: limit)
    guard distance > Self.smallestDistance else { return nil }
    let span = Double.log(distance / Self.smallestDistance) / rate
    let last = time(ofClock: start + span, before: end) ?? end
    guard (clock(last) - start) * rate >= 1 else { return nil }
    return (0..<Self.windowPoints).map {
      first + (last - first) * (Double($0) / Double(Self.windowPoints - 1))
    }
  }

  /// The time at which the clock shows a reading; nil when that is not before `end`.
  private func time(ofClock reading: Double, before end: Double) -> Double? {
    guard clock(end) >= reading else { return nil }
    return bisection(from: begin, to: end, steps: 80) { clock($0) < reading }.first
  }
}

extension [(distance: Double, zeta: Double)] {
  /// How far the distances may be from a straight line, in units of their fall, and the rates of their
  /// halves from each other: a share that the rate would still pass with.
  private static var largestDeviation: Double { 0.01 }

  /// Whether the points lie on the line that was fitted to them.
  fileprivate func fallAtOneRate(_ fit: RateFit) -> Bool {
    guard let first, let last else { return false }
    let offsets = map { Double.log($0.distance) + fit.rate * ($0.zeta - first.zeta) }
    let mean = offsets.reduce(0, +) / Double(count)
    let fall = abs(fit.rate) * (last.zeta - first.zeta)
    guard offsets.allSatisfy({ abs($0 - mean) <= Self.largestDeviation * fall }) else {
      return false
    }
    guard let early = RateFit(points: Array(prefix(count / 2))),
      let late = RateFit(points: Array(suffix(count / 2)))
    else { return true }
    return abs(early.rate - late.rate) <= Self.largestDeviation * abs(late.rate)
  }
}
