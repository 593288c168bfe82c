import DynNumerics
import RealModule

/// The exact flow against integration of the full state.
struct IntegrationCheck: Check {
  private let name = "exact flow against ode"

  /// Explicit methods take steps of about the time in which the state shrinks e-fold.
  private static let longestDecay = 1e6

  func results(for verification: Verification) -> [CheckResult] {
    verification.integrators.map { solver, ode in
      if let reason = ode.refusal(of: verification.problem) {
        return .notApplicable(reason, check: name, solver: solver)
      }
      guard verification.horizon > 0 else {
        return .notApplicable("the scenario ends at t = 0", check: name, solver: solver)
      }
      let decay = verification.fastestDecay
      guard ode.method.needsJacobian || decay <= Self.longestDecay else {
        return .notApplicable(
          "weight decay shrinks the state by e^-\(decay) up to t = \(verification.horizon), which "
            + "takes \(ode.method.name) too many steps: list an ode with the method "
            + OdeMethod.bsimp.name, check: name, solver: solver)
      }
      do throws(SolverFailure) {
        return try result(verification, solver, ode)
      } catch {
        return .broken(error, check: name, solver: solver)
      }
    }
  }

  private func result(
    _ verification: Verification, _ solver: String, _ ode: OdeSolver
  ) throws(SolverFailure) -> CheckResult {
    switch ode.control {
    case .fixed(let step): return try orderResult(verification, solver, ode.method, step)
    case .adaptive(let relative, let absolute):
      guard ode.method.meetsTolerances else {
        return try toleranceResult(verification, solver, ode.method)
      }
      return try boundResult(verification, solver, ode, relative, absolute)
    }
  }

  /// At most 100 (rtol + atol sqrt(dim)/|Z|) max(1, exponent/10) at every one of ten times.
  private func boundResult(
    _ verification: Verification, _ solver: String, _ ode: OdeSolver, _ relative: Double,
    _ absolute: Double
  ) throws(SolverFailure) -> CheckResult {
    let end = verification.horizon
    let times = (0...10).map { end * (Double($0) / 10) }
    let root = Double(verification.problem.flow.dimension).squareRoot()
    var worst = (error: 0.0, bound: 100 * relative)
    try verification.follow(ode, at: times) { snapshot, reference in
      let norm = reference.norms().total
      let bound =
        100 * (relative + absolute * root / norm)
        * max(1, verification.growth(at: snapshot.time) / 10)
      let error = snapshot.relativeError(against: reference)
      if !(error / bound <= worst.error / worst.bound) { worst = (error, bound) }
    }
    return .atMost(worst.bound, worst.error, check: name, solver: solver)
  }

  /// Methods whose error is not tied to the tolerance: it must fall at least 5-fold for each
  /// tenfold tighter one.
  private func toleranceResult(
    _ verification: Verification, _ solver: String, _ method: OdeMethod
  ) throws(SolverFailure) -> CheckResult {
    let decades = 4
    let loose = try error(verification, method, .adaptive(relative: 1e-6, absolute: 1e-8))
    let tight = try error(verification, method, .adaptive(relative: 1e-10, absolute: 1e-12))
    guard loose > 1e-12 else {
      return .notApplicable("the method is exact here", check: name, solver: solver)
    }
    let factor = Double.root(loose / tight, decades)
    return .atLeast(
      5, factor, check: "\(name): error per tenfold tolerance", solver: solver)
  }

  /// The observed order of a fixed step within 0.2 of the method's.
  private func orderResult(
    _ verification: Verification, _ solver: String, _ method: OdeMethod, _ step: Double
  ) throws(SolverFailure) -> CheckResult {
    let check = "\(name): observed order"
    guard let order = method.order else {
      return .notApplicable("the order varies", check: check, solver: solver)
    }
    var length = step
    // Longer steps where the given one is exact to rounding.
    for _ in 0..<16 where try error(verification, method, .fixed(length)) < 1e-10 { length *= 2 }
    var errors = [try error(verification, method, .fixed(length))]
    while errors.count < Self.halvingLimit, let last = errors.last, last > Self.smallestError {
      length /= 2
      errors.append(try error(verification, method, .fixed(length)))
    }
    // High orders show only between steps that are too long and errors that are rounding: of all
    // pairs of halved steps the one nearest to the method's order counts.
    let orders = errors.indices.compactMap { index in
      (errors[index] > Self.smallestError && errors[index] < Self.largestError)
        ? errors[index...].orderPair : nil
    }
    let observed =
      orders.min { abs($0 - Double(order)) < abs($1 - Double(order)) } ?? .nan
    return .near(Double(order), tolerance: 0.2, observed, check: check, solver: solver)
  }

  /// Errors outside these show rounding, or steps that are far too long.
  private static let smallestError = 1e-12
  private static let largestError = 0.1
  private static let halvingLimit = 9

  private func error(
    _ verification: Verification, _ method: OdeMethod, _ control: StepControl
  ) throws(SolverFailure) -> Double {
    var error = Double.nan
    let ode = OdeSolver(method: method, control: control)
    try verification.follow(ode, at: [verification.horizon]) { snapshot, reference in
      error = snapshot.relativeError(against: reference)
    }
    return error
  }
}

extension Verification {
  /// How many e-folds weight decay alone shrinks the state by, up to the horizon.
  fileprivate var fastestDecay: Double {
    let zeta = problem.rates.integrals(to: horizon)
    return max(
      problem.decay.features * zeta.features, problem.decay.prototypes * zeta.prototypes,
      problem.decay.bias * zeta.prototypes)
  }

  /// Follows a solver and compares every snapshot with the exact one.
  func follow(
    _ solver: any Solver, at times: [Double],
    _ compare: (_ snapshot: any Snapshot, _ reference: any Snapshot) -> Void
  ) throws(SolverFailure) {
    var reference = try exactFlow(until: times.last ?? 0)
    var cost = SolverCost()
    try solver.follow(prepared, at: times, cost: &cost) { snapshot in
      guard let exact = try? reference.snapshot(at: snapshot.time) else { return false }
      compare(snapshot, exact)
      return true
    }
  }
}

extension OdeMethod {
  /// Whether the global error stays near the tolerance per step.
  var meetsTolerances: Bool { ![.rk4, .msadams, .msbdf].contains(self) }
}

extension Collection where Element == Double {
  /// log2 of the ratio of the first two errors of halved steps.
  var orderPair: Double? {
    guard let first, let second = dropFirst().first, second > 0 else { return nil }
    return Double.log2(first / second)
  }
}
