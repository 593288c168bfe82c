import RealModule

/// Brute-force gradient descent against its exact reduction.
struct DescentFormsCheck: Check {
  private let name = "iterated against exact descent"
  /// Steps that are compared: enough to show, few enough for large problems.
  private static let stepCount = 2000.0
  /// The largest relative difference.
  private static let bound = 1e-11

  private static func outOfRange(_ end: Double) -> String {
    "the iterates leave the range of a double before t = \(end)"
  }

  func results(for verification: Verification) -> [CheckResult] {
    verification.descents.map { solver, descent in
      let step = descent.step
      let begin = verification.begin
      let end = min(verification.horizon, begin + Self.stepCount * step)
      guard end - begin >= step / 2, verification.end > begin else {
        return .notApplicable("the scenario ends before one step", check: name, solver: solver)
      }
      guard
        var exact = verification.prepared.exactDescent(
          step: step, momentum: descent.settings.momentum)
      else {
        return .notApplicable("there is no exact form", check: name, solver: solver)
      }
      if let reason = verification.comparisonRefusal {
        return .notApplicable(reason, check: name, solver: solver)
      }
      var error: Double?
      var cost = SolverCost()
      let iterated = GradientDescentSolver(
        step: step, form: .iterated, momentum: descent.settings.momentum)
      let times = iterated.reportTimes(for: [begin + (end - begin) / 3, end])
      do throws(SolverFailure) {
        try iterated.follow(verification.prepared, at: times, cost: &cost) { snapshot in
          guard let reference = try? exact.snapshot(at: snapshot.time) else { return false }
          guard reference.isInRange else { return true }
          let own = snapshot.relativeError(against: reference)
          error = own.isNaN ? own : max(error ?? 0, own)
          return true
        }
      } catch let failure {
        // Both grow beyond a double where the step is too long for stability.
        let reference = try? exact.snapshot(at: times.last ?? end)
        if verification.isUnstable(step: step) || reference?.isInRange == false {
          return .notApplicable(Self.outOfRange(end), check: name, solver: solver)
        }
        return .unfinished(failure, check: name, solver: solver)
      }
      guard let error else {
        return .notApplicable(Self.outOfRange(end), check: name, solver: solver)
      }
      let bound = Self.bound * verification.sensitivity
      guard error <= bound || !verification.isUnstable(step: step) else {
        return .notApplicable(
          "the step is too long for stability, rounding grows in every step", check: name,
          solver: solver)
      }
      return .atMost(bound, error, check: name, solver: solver)
    }
  }
}

/// Gradient descent approaches the flow with order 1 as the step is halved.
struct DescentOrderCheck: Check {
  private let name = "order of descent against the flow"
  var needsExactFlow: Bool { false }
  private static let halvings = 14

  func results(for verification: Verification) -> [CheckResult] {
    verification.descents.map { solver, descent in
      do throws(SolverFailure) {
        return try result(verification, solver, descent.step, descent.settings.momentum)
      } catch {
        return .unfinished(error, check: name, solver: solver)
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
    guard !verification.problem.hasInputNoise else {
      return .notApplicable(
        "training adds noise to the inputs, so that descent is random", check: name, solver: solver)
    }
    let begin = verification.begin
    let steps = min(((verification.horizon - begin) / step).rounded(.down), 200)
    guard steps >= 1 else {
      return .notApplicable("the scenario ends before one step", check: name, solver: solver)
    }
    let end = begin + steps * step
    let jumps = verification.problem.rates.breakpoints(before: end).filter { $0 > begin }
    guard
      jumps.allSatisfy({
        DiscreteTime.meets(DiscreteTime.count(at: $0, step: step) * step, $0)
      })
    else {
      return .notApplicable(
        "the step does not divide the jumps of the learning rate", check: name, solver: solver)
    }
    let exact = try verification.exactSnapshot(at: end)
    if let reason = verification.comparisonRefusal {
      return .notApplicable(reason, check: name, solver: solver)
    }
    var study = ConvergenceStudy()
    let rounding = verification.rounding(at: exact)
    for halving in 0..<Self.halvings where steps * Double(1 << halving) <= Self.stepLimit {
      do throws(SolverFailure) {
        let own = try snapshot(verification, step / Double(1 << halving), end)
        study.add(own, exact: exact, rounding: rounding)
      } catch {
        guard error.cause == .breakdown else { throw error }
        // Steps that are too long leave the range of numbers.
        study.addOverflow()
        continue
      }
      let orders = study.orders.filter { !$0.isNaN }
      // Without an exact flow, steps that are too long may all lead to another minimum.
      if verification.prepared.hasExactFlow, study.contradictsExactForm {
        return .near(1, tolerance: 0.1, orders.last ?? 0, check: name, solver: solver)
      }
      if let last = orders.last, let before = orders.dropLast().last, abs(last - before) < 0.05 {
        let result = CheckResult.near(1, tolerance: 0.1, last, check: name, solver: solver)
        // Two orders may agree on their way: only the true limit is left no more.
        if !result.isFailure { return result }
      }
      if study.hasReachedRounding { break }
    }
    return .notApplicable(
      study.hasReachedRounding
        ? "the error is rounding" : "the order has not settled in \(Self.stepLimit) steps",
      check: name, solver: solver)
  }

  /// The exact form takes this many of its short steps in a fraction of a second.
  private static let stepLimit = 250_000.0

  private func snapshot(
    _ verification: Verification, _ step: Double, _ end: Double
  ) throws(SolverFailure) -> any Snapshot {
    let isExact = verification.prepared.exactDescent(step: step) != nil
    return try verification.final(
      GradientDescentSolver(step: step, form: isExact ? .exact : .iterated), at: end)
  }
}
