#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A step that a Runge-Kutta pair can try, judge, and take.
protocol RungeKuttaAttempt: AnyObject {
  /// The state after the step that was tried last.
  var next: [Double] { get set }
  /// Tries a step and writes `next`.
  ///
  /// - Returns: the largest error in units of what is allowed; infinite where an error is not finite,
  ///   nan where an entry of `next` is not.
  func tryStep(_ state: [Double], _ time: Double, _ step: Double) -> Double
  /// Goes on from the step that was tried last, which has become the state.
  func accept()
  /// Forgets what is known of the state.
  func reset()
}

/// The error that a step may have in every entry: absolute + relative |entry|.
struct ErrorAllowance {
  let absolute: Double
  let relative: Double

  /// That of a kind of step control; with fixed steps the errors are of no consequence.
  init(_ control: StepControl) {
    switch control {
    case .adaptive(let relative, let absolute):
      (self.absolute, self.relative) = (absolute, relative)
    case .fixed: (absolute, relative) = (1, 1)
    }
  }
}

extension RungeKuttaPair {
  /// The estimates of the error taken together as the program DOP853 does where there are two.
  func ratio(_ error: Double, _ correction: Double) -> Double {
    guard (error + correction).isFinite else { return error + correction }
    guard !self.correction.isEmpty, error != 0 else { return error }
    return error * (error / hypot(error, 0.1 * correction))
  }
}
