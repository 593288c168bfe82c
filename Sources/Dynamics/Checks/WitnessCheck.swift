import DynNumerics

/// Two independent integrations of the full state against each other: GSL's rk8pd and the project's
/// own dop853, without the closed form.
struct WitnessCheck: Check {
  private let name = "rk8pd against dop853"
  private static let relative = 1e-10
  /// A hundredth of that of entries of the size of the state is allowed besides.
  private static let absolute = 1e-12

  func results(for verification: Verification) -> [CheckResult] {
    func notApplicable(_ reason: String) -> [CheckResult] {
      [.notApplicable(reason, check: name, solver: "-")]
    }
    guard verification.problem.flow is any SeparableFlow else {
      return notApplicable("the full state is not integrated in blocks")
    }
    if let reason = verification.horizonRefusal ?? verification.comparisonRefusal {
      return notApplicable(reason)
    }
    do throws(SolverFailure) {
      let end = verification.horizon
      let control = verification.control(
        relative: Self.relative, against: try verification.exactSnapshot(at: end))
      let witness = try verification.final(
        OdeSolver(method: .dop853, control: control), at: end)
      let error = try verification.final(OdeSolver(method: .rk8pd, control: control), at: end)
        .relativeError(against: witness)
      // Twice what either may be away from the exact flow.
      let root = Double(verification.problem.flow.dimension).squareRoot()
      let bound =
        200 * (Self.relative + Self.absolute * root) * max(1, verification.growth(at: end) / 10)
        * verification.sensitivity
      return [.atMost(bound, error, check: name, solver: "-")]
    } catch {
      return [.unfinished(error, check: name, solver: "-")]
    }
  }
}
