#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The error that a method estimates for a short step h on y' = y, y(0) = 1: constant h^power.
struct StepError: Sendable, Equatable {
  let constant: Double
  let power: Double

  /// The step whose error is a given one.
  func step(error: Double) -> Double { pow(error / constant, 1 / power) }
}

extension ErrorAllowance {
  /// What is allowed to entries much smaller than the largest, in units of that one: they share its
  /// error, but hardly its allowance.
  func tolerance(largest: Double) -> Double { absolute / largest + 0.1 * relative }
}

extension OdeContext {
  /// A first step that the method should accept, and hardly a longer one.
  ///
  /// The state changes at the rate of the larger of |f(y)| / |y| and |f(y + s f(y)) - f(y)| / (s |f(y)|)
  /// in the largest norm, where s moves the state by about a hundredth. The method's error on
  /// y' = rate y is known, and so is the step that it allows; where it is not known s is taken.
  /// Two evaluations. Where nothing can be told: a thousandth of the interval.
  func firstStep(
    _ state: [Double], _ error: StepError?, _ allowance: ErrorAllowance, from start: Double,
    to end: Double
  ) -> Double {
    let span = end - start
    func inside(_ step: Double) -> Double { min(max(step, 4 * start.ulp), span) }
    let slope = slope(start, of: state)
    let (size, speed) = (state.span.largestMagnitude, slope.span.largestMagnitude)
    guard size > 0, speed > 0, speed.isFinite else { return inside(1e-3 * span) }
    let short = inside(0.01 * (size / speed))
    guard let error else { return short }
    var point = state
    for index in point.indices { point[index] += short * slope[index] }
    var change = self.slope(start + short, of: point)
    for index in change.indices { change[index] -= slope[index] }
    let rate = max(speed / size, change.span.largestMagnitude / short / speed)
    guard rate > 0, rate.isFinite else { return short }
    return inside(0.8 * error.step(error: allowance.tolerance(largest: size)) / rate)
  }
}

extension OdeContext {
  /// The step relative to the time in which the state changes that methods of varying order are
  /// sure to keep where accuracy rules.
  private static let shortStep = 0.01

  /// Whether a step is shorter than the error along the solution asks for, so that stability rules it.
  /// One evaluation.
  func isStiff(
    _ state: [Double], _ error: StepError?, _ allowance: ErrorAllowance, at time: Double,
    step: Double
  ) -> Bool {
    let speed = slope(time, of: state).span.largestMagnitude
    let size = state.span.largestMagnitude
    // Where any error is allowed no step is short for the sake of accuracy.
    guard speed > 0, size > allowance.absolute else { return true }
    // `tolerance` is on the safe side: steps that accuracy rules are longer than this.
    let accurate =
      error?.step(error: allowance.tolerance(largest: size)) ?? Self.shortStep
    return accurate * (size / speed) > step
  }
}

extension OdeIntegrator {
  /// A step of which a whole number fills what is left, at most a tenth longer than the wanted one: a
  /// short last step costs as much as a long one.
  static func fitted(_ step: Double, into rest: Double) -> Double {
    let count = (rest / step - 0.1).rounded(.up)
    // Beyond the end by rounding, so that GSL takes it for the last step.
    return count > 1 ? rest / count : max(step, rest.nextUp)
  }
}
