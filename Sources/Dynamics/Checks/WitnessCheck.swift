import DynNumerics

/// Two independent integrations of the full state against each other: GSL's rk8pd and the project's
/// own dop853, without the closed form.
struct WitnessCheck: Check {
  private let name = "rk8pd against dop853"
  private static let relative = 1e-10
  private static let absolute = 1e-12

  func results(for verification: Verification) -> [CheckResult] {
    guard verification.problem.flow is any SeparableFlow else {
      return [
        .notApplicable("the full state is not integrated in blocks", check: name, solver: "-")
      ]
    }
    guard verification.horizon > 0 else {
      return [.notApplicable("the scenario ends at t = 0", check: name, solver: "-")]
    }
    do throws(SolverFailure) {
      let witness = try final(verification, .dop853)
      let error = try final(verification, .rk8pd).relativeError(against: witness)
      return [.atMost(bound(verification, witness), error, check: name, solver: "-")]
    } catch {
      return [.broken(error, check: name, solver: "-")]
    }
  }

  private func final(
    _ verification: Verification, _ method: OdeMethod
  ) throws(SolverFailure) -> any Snapshot {
    let solver = OdeSolver(
      method: method, control: .adaptive(relative: Self.relative, absolute: Self.absolute))
    var cost = SolverCost()
    var last: (any Snapshot)?
    try solver.follow(verification.prepared, at: [verification.horizon], cost: &cost) { snapshot in
      last = snapshot
      return true
    }
    guard let last else { throw SolverFailure("\(method.name) reported no state") }
    return last
  }

  /// Twice what either may be away from the exact flow.
  private func bound(_ verification: Verification, _ snapshot: any Snapshot) -> Double {
    let root = Double(verification.problem.flow.dimension).squareRoot()
    let norm = snapshot.norms().total
    return 200 * (Self.relative + Self.absolute * root / norm)
      * max(1, verification.growth(at: verification.horizon) / 10)
  }
}
