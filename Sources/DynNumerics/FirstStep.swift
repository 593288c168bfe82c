#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The error that a method estimates for a short step h on y' = y, y(0) = 1: constant h^power.
struct StepError {
  let constant: Double
  let power: Double

  /// The step whose error is a given one.
  func step(error: Double) -> Double { pow(error / constant, 1 / power) }
}

extension OdeMethod {
  /// Nil for methods of varying order, which begin with their lowest.
  var stepError: StepError? {
    switch name {
    case "rk4": StepError(constant: 2.1e-3, power: 5)
    case "rkf45": StepError(constant: 1.3e-3, power: 5)
    case "rkck": StepError(constant: 2.1e-4, power: 5)
    case "rk8pd": StepError(constant: 2.2e-7, power: 8)
    case "dopri5": StepError(constant: 7.8e-4, power: 5)
    case "dop853": StepError(constant: 4.2e-7, power: 8)
    default: nil
    }
  }
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
    func inside(_ step: Double) -> Double { min(max(step, 1e-12 * span), span) }
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
