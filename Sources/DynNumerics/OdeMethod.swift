internal import CGSL

/// A method of GSL's odeiv2 library, or one of the project's own Runge-Kutta pairs.
public struct OdeMethod: Sendable, Equatable {
  /// The name of the method, GSL's own where it is one of GSL's, as scenarios spell it.
  public let name: String
  /// Order of convergence with a fixed step; nil where the method varies its order.
  public let order: Int?
  /// Whether the method solves linear systems with the Jacobian of the right-hand side.
  public let needsJacobian: Bool
  /// What the method is, in one line.
  public let summary: String
  /// The error that the method estimates for short steps, found with steps from 1/16 to 1/4; nil for
  /// methods of varying order, which begin with their lowest.
  let stepError: StepError?

  /// The classical Runge-Kutta method; its error estimate comes from step doubling.
  public static let rk4 = OdeMethod(
    name: "rk4", order: 4, needsJacobian: false, summary: "classical Runge-Kutta, order 4",
    stepError: StepError(constant: 2.1e-3, power: 5))
  /// Runge-Kutta-Fehlberg.
  public static let rkf45 = OdeMethod(
    name: "rkf45", order: 5, needsJacobian: false, summary: "Runge-Kutta-Fehlberg, order 5(4)",
    stepError: StepError(constant: 1.3e-3, power: 5))
  /// Runge-Kutta-Cash-Karp.
  public static let rkck = OdeMethod(
    name: "rkck", order: 5, needsJacobian: false, summary: "Runge-Kutta-Cash-Karp, order 5(4)",
    stepError: StepError(constant: 2.1e-4, power: 5))
  /// Runge-Kutta-Prince-Dormand.
  public static let rk8pd = OdeMethod(
    name: "rk8pd", order: 8, needsJacobian: false,
    summary: "Runge-Kutta-Prince-Dormand, order 8(7)",
    stepError: StepError(constant: 2.2e-7, power: 8))
  /// Variable-coefficient Adams in Nordsieck form.
  public static let msadams = OdeMethod(
    name: "msadams", order: nil, needsJacobian: false,
    summary: "Adams multistep, orders 1 to 12",
    stepError: nil)
  /// Variable-coefficient backward differentiation in Nordsieck form.
  public static let msbdf = OdeMethod(
    name: "msbdf", order: nil, needsJacobian: true,
    summary: "backward differentiation multistep, orders 1 to 5, implicit",
    stepError: nil)
  /// Implicit extrapolation after Bader and Deuflhard.
  public static let bsimp = OdeMethod(
    name: "bsimp", order: nil, needsJacobian: true,
    summary: "Bader-Deuflhard extrapolation, implicit",
    stepError: nil)

  /// The project's own pair of Dormand and Prince, order 5.
  public static let dopri5 = OdeMethod(
    name: "dopri5", order: 5, needsJacobian: false,
    summary: "Dormand-Prince, order 5(4), the fast one of dyn's own",
    stepError: StepError(constant: 7.8e-4, power: 5))
  /// The project's own pair of Dormand and Prince, order 8.
  public static let dop853 = OdeMethod(
    name: "dop853", order: 8, needsJacobian: false,
    summary: "Dormand-Prince, order 8(5,3), the fast one of dyn's own for tight tolerances",
    stepError: StepError(constant: 4.2e-7, power: 8))

  /// Every method, the default first.
  public static let all: [OdeMethod] = [
    rk8pd, rkf45, rkck, rk4, msadams, msbdf, bsimp, dopri5, dop853,
  ]

  /// Whether the method learns from earlier steps, so that it loses by starting afresh.
  public var keepsHistory: Bool { self == .msadams || self == .msbdf }

  /// The pair of coefficients, where the method is the project's own.
  var pair: RungeKuttaPair? {
    switch name {
    case "dopri5": .dormandPrince5
    case "dop853": .dormandPrince853
    default: nil
    }
  }

  /// Whether the method can be run with a fixed step.
  public var allowsFixedStep: Bool { order != nil }

  var stepType: UnsafePointer<gsl_odeiv2_step_type>? {
    switch name {
    case "rk4": unsafe dyn_step_rk4()
    case "rkf45": unsafe dyn_step_rkf45()
    case "rkck": unsafe dyn_step_rkck()
    case "rk8pd": unsafe dyn_step_rk8pd()
    case "msadams": unsafe dyn_step_msadams()
    case "msbdf": unsafe dyn_step_msbdf()
    case "bsimp": unsafe dyn_step_bsimp()
    default: nil
    }
  }
}
