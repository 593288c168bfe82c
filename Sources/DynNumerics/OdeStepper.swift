/// What an integrator asks of a method: steps on one system.
protocol OdeStepper: AnyObject {
  /// One adaptive step towards `end`; `step` is the length to try and then the one to try next.
  ///
  /// - Returns: a status of GSL, GSL_EOVRFLW where an entry would not be finite. Unless it is
  ///   GSL_SUCCESS state and time are as before.
  func step(
    _ state: inout [Double], time: inout Double, to end: Double, step: inout Double
  ) -> Int32
  /// One step of the given length, without error control; the same status.
  func fixedStep(_ state: inout [Double], time: inout Double, step: Double) -> Int32
  /// Forgets the history of earlier steps.
  func reset()
  /// Adaptive steps that were tried and given up.
  var rejectedSteps: Int { get }
}
