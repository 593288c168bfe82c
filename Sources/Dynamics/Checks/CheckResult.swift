/// The outcome of one cross-check on one solver.
public struct CheckResult: Sendable, Equatable {
  /// Pass, fail (with the reason when a solver broke down), or why the check says nothing.
  public enum Verdict: Sendable, Equatable {
    case pass
    case fail(String?)
    case notApplicable(String)
  }

  /// What a measurement is held against.
  public enum Bound: Sendable, Equatable {
    /// It must not exceed this.
    case atMost(Double)
    /// It must not fall below this.
    case atLeast(Double)
    /// It must lie within a tolerance of a value.
    case near(Double, tolerance: Double)
    /// Nothing was measured.
    case none
  }

  /// Whether the check failed.
  public var isFailure: Bool { if case .fail = verdict { true } else { false } }

  /// The check.
  public let check: String
  /// The solver that was checked.
  public let solver: String
  /// What was measured; nan when the check does not apply.
  public let observed: Double
  /// What it is held against.
  public let bound: Bound
  /// The outcome.
  public let verdict: Verdict

  /// The same result as part of something larger.
  func within(_ part: String) -> CheckResult {
    CheckResult(
      check: "\(part): \(check)", solver: solver, observed: observed, bound: bound,
      verdict: verdict)
  }

  /// A measurement that must not exceed a bound; nan fails.
  static func atMost(
    _ bound: Double, _ observed: Double, check: String, solver: String
  ) -> CheckResult {
    CheckResult(
      check: check, solver: solver, observed: observed, bound: .atMost(bound),
      verdict: observed <= bound ? .pass : .fail(nil))
  }

  /// A measurement that must not fall below a bound; nan fails.
  static func atLeast(
    _ bound: Double, _ observed: Double, check: String, solver: String
  ) -> CheckResult {
    CheckResult(
      check: check, solver: solver, observed: observed, bound: .atLeast(bound),
      verdict: observed >= bound ? .pass : .fail(nil))
  }

  /// A measurement that must lie within a tolerance of a value; nan fails.
  static func near(
    _ expected: Double, tolerance: Double, _ observed: Double, check: String, solver: String
  ) -> CheckResult {
    CheckResult(
      check: check, solver: solver, observed: observed,
      bound: .near(expected, tolerance: tolerance),
      verdict: abs(observed - expected) <= tolerance ? .pass : .fail(nil))
  }

  /// A check that says nothing about a solver.
  static func notApplicable(_ reason: String, check: String, solver: String) -> CheckResult {
    CheckResult(
      check: check, solver: solver, observed: .nan, bound: .none, verdict: .notApplicable(reason))
  }

  /// A solver that broke down inside a check.
  static func broken(_ failure: SolverFailure, check: String, solver: String) -> CheckResult {
    CheckResult(
      check: check, solver: solver, observed: .nan, bound: .none,
      verdict: .fail(failure.description))
  }
}
