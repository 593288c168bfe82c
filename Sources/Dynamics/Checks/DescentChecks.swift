import RealModule

/// Brute-force gradient descent against its exact reduction.
struct DescentFormsCheck: Check {
  private let name = "iterated against exact descent"
  /// Steps that are compared: enough to show, few enough for large problems.
  private static let stepCount = 2000.0

  func results(for verification: Verification) -> [CheckResult] {
    verification.descents.map { solver, descent in
      let step = descent.step
      let end = min(verification.horizon, Self.stepCount * step)
      guard end >= step / 2, verification.end > 0 else {
        return .notApplicable("the scenario ends before one step", check: name, solver: solver)
      }
      guard
        var exact = verification.prepared.exactDescent(
          step: step, momentum: descent.settings.momentum)
      else {
        return .notApplicable("there is no exact form", check: name, solver: solver)
      }
      var error = 0.0
      var cost = SolverCost()
      let iterated = GradientDescentSolver(
        step: step, form: .iterated, momentum: descent.settings.momentum)
      let times = iterated.reportTimes(for: [end / 3, end])
      do throws(SolverFailure) {
        try iterated.follow(verification.prepared, at: times, cost: &cost) { snapshot in
          guard let reference = try? exact.snapshot(at: snapshot.time) else { return false }
          let own = snapshot.relativeError(against: reference)
          error = own.isNaN ? own : max(error, own)
          return true
        }
      } catch {
        return .broken(error, check: name, solver: solver)
      }
      return .atMost(1e-11, error, check: name, solver: solver)
    }
  }
}

/// Gradient descent approaches the flow with order 1 as the step is halved.
struct DescentOrderCheck: Check {
  private let name = "order of descent against the flow"
  private static let halvings = 14

  func results(for verification: Verification) -> [CheckResult] {
    verification.descents.map { solver, descent in
      do throws(SolverFailure) {
        return try result(verification, solver, descent.step, descent.settings.momentum)
      } catch {
        return .broken(error, check: name, solver: solver)
      }
    }
  }

  private func result(
    _ verification: Verification, _ solver: String, _ step: Double, _ momentum: Momentum
  ) throws(SolverFailure) -> CheckResult {
    guard momentum == .none else {
      return .notApplicable(
        "descent with momentum follows another flow", check: name, solver: solver)
    }
    let steps = min((verification.horizon / step).rounded(.down), 200)
    guard steps >= 1 else {
      return .notApplicable("the scenario ends before one step", check: name, solver: solver)
    }
    let end = steps * step
    let jumps = verification.problem.rates.breakpoints(before: end)
    guard
      jumps.allSatisfy({
        DiscreteTime.meets(DiscreteTime.count(at: $0, step: step) * step, $0)
      })
    else {
      return .notApplicable(
        "the step does not divide the jumps of the learning rate", check: name, solver: solver)
    }
    let exact = try verification.exactSnapshot(at: end)
    var errors: [Double] = []
    var orders: [Double] = []
    for halving in 0..<Self.halvings {
      let error = try error(verification, step / Double(1 << halving), end, exact)
      // An error near 1 is saturated: it says nothing about the order.
      guard error < 0.1 else { continue }
      errors.append(error)
      guard error > 1e-12 else { break }
      if let order = errors.suffix(2).orderPair, errors.count >= 2 { orders.append(order) }
      if let last = orders.last, let before = orders.dropLast().last, abs(last - before) < 0.05 {
        return .near(1, tolerance: 0.1, last, check: name, solver: solver)
      }
    }
    guard let last = orders.last, (errors.last ?? 0) > 1e-12 else {
      return .notApplicable("the error is below 1e-12", check: name, solver: solver)
    }
    return .near(1, tolerance: 0.1, last, check: name, solver: solver)
  }

  private func error(
    _ verification: Verification, _ step: Double, _ end: Double, _ exact: any Snapshot
  ) throws(SolverFailure) -> Double {
    let isExact = verification.prepared.exactDescent(step: step) != nil
    let solver = GradientDescentSolver(step: step, form: isExact ? .exact : .iterated)
    var error = Double.nan
    var cost = SolverCost()
    try solver.follow(verification.prepared, at: [end], cost: &cost) { snapshot in
      error = snapshot.relativeError(against: exact)
      return true
    }
    return error
  }
}
