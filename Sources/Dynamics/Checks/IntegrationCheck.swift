import DynNumerics
import RealModule

/// The exact flow, or a fine integration in its place, against integration of the full state.
struct IntegrationCheck: Check {
  var needsExactFlow: Bool { false }

  /// Bounds above this let pass any state: nothing is measured against them.
  private static let largestBound = 0.1
  /// The relative tolerance of the integration that decides who is right where two differ.
  private static let finestTolerance = 1e-13

  func results(for verification: Verification) -> [CheckResult] {
    verification.integrators.map { solver, ode in
      if let reason = verification.refusal(of: ode) {
        return .notApplicable(reason, check: verification.integrationName, solver: solver)
      }
      do throws(SolverFailure) {
        return try result(verification, solver, ode)
      } catch {
        // A method that breaks down accuses nobody where another one confirms the exact flow.
        let isInnocent = agreesWithFineIntegration(
          verification, Self.largestBound, until: verification.horizon)
        return isInnocent
          ? .notApplicable(error.description, check: verification.integrationName, solver: solver)
          : .unfinished(error, check: verification.integrationName, solver: solver)
      }
    }
  }

  private func result(
    _ verification: Verification, _ solver: String, _ ode: OdeSolver
  ) throws(SolverFailure) -> CheckResult {
    switch ode.control {
    case .fixed(let step):
      guard let order = ode.method.order else {
        return .notApplicable(
          "the order varies", check: verification.integrationName, solver: solver)
      }
      return try FixedStepStudy(
        verification: verification, solver: solver, method: ode.method, order: order, step: step
      ).result()
    case .adaptive(let relative, let absolute):
      guard ode.method.meetsTolerances else {
        return try ToleranceStudy(
          verification: verification, solver: solver, method: ode.method
        ).result()
      }
      return try boundResult(verification, solver, ode, relative, absolute)
    }
  }

  /// At most 100 (rtol + atol sqrt(dim)/|Z|) max(1, exponent/10) at every one of ten times.
  private func boundResult(
    _ verification: Verification, _ solver: String, _ ode: OdeSolver, _ relative: Double,
    _ absolute: Double
  ) throws(SolverFailure) -> CheckResult {
    var worst: (error: Double, bound: Double, time: Double)?
    var unfinished: SolverFailure?
    var cost = SolverCost()
    do throws(SolverFailure) {
      try verification.follow(ode, at: verification.tenTimes, cost: &cost) { snapshot, reference in
        let bound = verification.bound(relative, absolute, at: reference)
        guard bound <= Self.largestBound else { return }
        let error = snapshot.relativeError(against: reference)
        if let known = worst, error / bound <= known.error / known.bound { return }
        worst = (error, bound, snapshot.time)
      }
    } catch {
      guard error.cause == .tooManySteps else { throw error }
      unfinished = error
    }
    guard let worst else {
      return .notApplicable(
        unfinished?.description
          ?? "the tolerances allow errors as large as the state: make them smaller",
        check: verification.integrationName, solver: solver)
    }
    if worst.error <= worst.bound, let unfinished {
      return .notApplicable(
        unfinished.description, check: verification.integrationName, solver: solver)
    }
    // Every step may round by a few units.
    let rounding = 4 * Double(cost.steps) * Double.ulpOfOne
    let result = CheckResult.atMost(
      max(worst.bound, rounding), worst.error, check: verification.integrationName, solver: solver)
    guard result.isFailure,
      agreesWithFineIntegration(
        verification, worst.error, until: worst.time)
    else {
      return result
    }
    return .notApplicable(
      "the integration is \(worst.error) away, more than the bound \(worst.bound) that follows from "
        + "its tolerances, and tighter ones confirm the exact flow: make them tighter",
      check: verification.integrationName, solver: solver)
  }

  /// Whether an integration with the tightest tolerances is much nearer to the exact flow than the
  /// given error.
  private func agreesWithFineIntegration(
    _ verification: Verification, _ error: Double, until end: Double
  ) -> Bool {
    var finest = 0.0
    do throws(SolverFailure) {
      let exact = try verification.exactSnapshot(at: end)
      let control = verification.control(relative: Self.finestTolerance, against: exact)
      try verification.follow(
        OdeSolver(method: verification.confirmation, control: control),
        at: verification.tenTimes.filter { $0 <= end }
      ) { snapshot, reference in
        let own = snapshot.relativeError(against: reference)
        finest = own.isNaN ? .infinity : max(finest, own)
      }
    } catch {
      return false
    }
    return finest < 0.1 * error && finest <= Self.confirmed
  }

  /// What the finest integration may be away from the exact flow that it confirms.
  private static let confirmed = 1e-8
}

extension Verification {
  /// The name of the comparison of integrations with the flow that they are measured against.
  var integrationName: String {
    "\(prepared.hasExactFlow ? "exact flow" : FineIntegration.name) against ode"
  }

  /// A method that confirms that flow, another one than its own.
  fileprivate var confirmation: OdeMethod {
    prepared.hasExactFlow ? FineIntegration.method : FineIntegration.witness
  }

  /// Eleven times from the start to the horizon.
  var tenTimes: [Double] { (0...10).map { time(Double($0) / 10) } }

  /// Why an integrator is not checked; nil where it is.
  func refusal(of ode: OdeSolver) -> String? {
    if let reason = ode.refusal(of: problem) ?? comparisonRefusal { return reason }
    return horizonRefusal
  }

  /// How far an integration may be from the exact flow at a time: relative errors add up over every
  /// e-fold, whether the state grows or decays.
  func bound(_ relative: Double, _ absolute: Double, at reference: any Snapshot) -> Double {
    let root = Double(problem.flow.dimension).squareRoot()
    let change = abs(reference.logNorm() - Double.log(problem.initialState.norm))
    let folds = max(growth(at: reference.time), change.isFinite ? change : 0)
    let bound =
      100 * (relative + absolute * root / reference.norm) * max(1, folds / 10) * sensitivity
    return max(bound, rounding(at: reference))
  }

  /// Follows a solver and compares every snapshot with the exact one.
  func follow(
    _ solver: any Solver, at times: [Double],
    _ compare: (_ snapshot: any Snapshot, _ reference: any Snapshot) -> Void
  ) throws(SolverFailure) {
    var cost = SolverCost()
    try follow(solver, at: times, cost: &cost, compare)
  }

  /// The same with what it has cost.
  func follow(
    _ solver: any Solver, at times: [Double], cost: inout SolverCost,
    _ compare: (_ snapshot: any Snapshot, _ reference: any Snapshot) -> Void
  ) throws(SolverFailure) {
    var reference = try exactFlow(until: times.last ?? 0)
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
