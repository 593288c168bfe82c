internal import CGSL

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Steps of the project's own Runge-Kutta pairs, with their step control.
final class RungeKuttaStepper: OdeStepper {
  private let attempt: any RungeKuttaAttempt
  private let errorOrder: Double
  private(set) var rejectedSteps = 0

  init(_ context: OdeContext, pair: RungeKuttaPair, control: StepControl) {
    let allowance = ErrorAllowance(control)
    errorOrder = pair.errorOrder
    attempt =
      if let rows = context.rows, let kernel = pair.rowKernel {
        RowAttempt(context, rows: rows, pair: pair, kernel: kernel, allowance: allowance)
      } else {
        StagewiseAttempt(context, pair: pair, allowance: allowance)
      }
  }

  private func accept(_ state: inout [Double]) {
    swap(&state, &attempt.next)
    attempt.accept()
  }

  func step(
    _ state: inout [Double], time: inout Double, to end: Double, step: inout Double
  ) -> Int32 {
    var wasRejected = false
    while true {
      let isLast = step >= end - time
      let length = isLast ? end - time : step
      let ratio = attempt.tryStep(state, time, length)
      let factor = 0.9 * pow(ratio, -1 / errorOrder)
      if ratio > 1 {
        rejectedSteps += 1
        wasRejected = true
        step = length * max(factor, 0.2)
        if time + step == time { return Int32(GSL_FAILURE) }
        continue
      }
      guard ratio.isFinite else { return Int32(GSL_EOVRFLW) }
      accept(&state)
      time = isLast ? end : time + length
      step = length * min(factor, wasRejected ? 1 : 5)
      return Int32(GSL_SUCCESS)
    }
  }

  func fixedStep(_ state: inout [Double], time: inout Double, step: Double) -> Int32 {
    guard attempt.tryStep(state, time, step).isFinite else { return Int32(GSL_EOVRFLW) }
    accept(&state)
    time += step
    return Int32(GSL_SUCCESS)
  }

  func reset() { attempt.reset() }
}
