internal import CGSL
internal import CKernels

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Steps of the project's own Runge-Kutta pairs.
///
/// Every stage is one pass over the state: the combination of slopes, the right-hand side there and
/// the sums that it needs, in the last one also the estimate of the error. Memory: one vector a stage and two more.
@safe final class RungeKuttaStepper: OdeStepper {
  private let context: OdeContext
  private let pair: RungeKuttaPair
  private let tolerance: (absolute: Double, relative: Double)
  /// The slopes, then the point of a stage and the next state.
  private let memory: UnsafeMutablePointer<Double>
  private var order: [Int]
  private let stride: Int
  private var knowsFirstSlope = false
  private(set) var rejectedSteps = 0

  init(_ context: OdeContext, pair: RungeKuttaPair, control: StepControl) {
    self.context = context
    self.pair = pair
    tolerance =
      switch control {
      case .adaptive(let relative, let absolute): (absolute, relative)
      case .fixed: (1, 1)
      }
    order = Array(0..<pair.nodes.count)
    stride = (context.dimension + 7) / 8 * 8
    let count = stride * (pair.nodes.count + 2)
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 8) * MemoryLayout<Double>.stride, alignment: 64)
    unsafe memory = bytes.bindMemory(to: Double.self, capacity: count)
  }

  deinit { unsafe memory.deallocate() }

  /// The slope of a stage.
  private func slope(_ stage: Int) -> UnsafeMutablePointer<Double> {
    unsafe memory + order[stage] * stride
  }
  private var point: UnsafeMutablePointer<Double> { unsafe memory + pair.nodes.count * stride }
  private var next: UnsafeMutablePointer<Double> { unsafe point + stride }

  private func combination(_ row: RungeKuttaPair.Row, _ step: Double) -> dyn_combination {
    var result = dyn_combination()
    unsafe withUnsafeMutablePointer(to: &result.factors) { factors in
      unsafe factors.withMemoryRebound(to: Double.self, capacity: row.count) { factors in
        for (index, term) in row.enumerated() { unsafe factors[index] = step * term.factor }
      }
    }
    unsafe withUnsafeMutablePointer(to: &result.slopes) { slopes in
      unsafe slopes.withMemoryRebound(to: UnsafePointer<Double>?.self, capacity: row.count) {
        for (index, term) in row.enumerated() {
          unsafe $0[index] = UnsafePointer(slope(term.stage))
        }
      }
    }
    result.count = Int64(row.count)
    return result
  }

  /// Writes the next state and the slopes of all stages.
  ///
  /// - Returns: the largest error in units of what is allowed.
  private func tryStep(
    _ state: UnsafePointer<Double>, _ time: Double, _ step: Double
  ) -> Double {
    let last = pair.nodes.count - 1
    for stage in 0..<(pair.endsInStep ? last : last + 1) {
      if stage == 0, knowsFirstSlope { continue }
      var sum = combination(pair.stages[stage], step)
      unsafe context.slope(
        time + pair.nodes[stage] * step, state, &sum, point: point, slope: slope(stage))
    }
    knowsFirstSlope = true
    var sum = combination(pair.weights, step)
    var errors = errors(step)
    guard pair.endsInStep else {
      unsafe dyn_step(Int64(context.dimension), state, &sum, next, &errors)
      return corrected(errors)
    }
    unsafe context.lastSlope(
      time + step, state, &sum, point: next, slope: slope(last), errors: &errors)
    return errors.first_ratio
  }

  private func errors(_ step: Double) -> dyn_errors {
    var result = dyn_errors()
    result.absolute = tolerance.absolute
    result.relative = tolerance.relative
    unsafe withUnsafeMutableBytes(of: &result.first) { bytes in
      let factors = unsafe bytes.bindMemory(to: Double.self)
      for (index, factor) in pair.error.enumerated() { unsafe factors[index] = step * factor }
    }
    unsafe withUnsafeMutableBytes(of: &result.second) { bytes in
      let factors = unsafe bytes.bindMemory(to: Double.self)
      for (index, factor) in pair.correction.enumerated() { unsafe factors[index] = step * factor }
    }
    return result
  }

  /// The two estimates taken together as the program DOP853 does.
  private func corrected(_ errors: dyn_errors) -> Double {
    let (error, correction) = (errors.first_ratio, errors.second_ratio)
    return error == 0 ? 0 : error * (error / hypot(error, 0.1 * correction))
  }

  private func accept(_ state: UnsafeMutablePointer<Double>) {
    unsafe state.update(from: next, count: context.dimension)
    knowsFirstSlope = pair.endsInStep
    if pair.endsInStep { order.swapAt(0, order.count - 1) }
  }

  func step(
    _ state: inout [Double], time: inout Double, to end: Double, step: inout Double
  ) -> Int32 {
    unsafe state.withUnsafeMutableBufferPointer { buffer in
      guard let state = buffer.baseAddress else { return Int32(GSL_SUCCESS) }
      var wasRejected = false
      while true {
        let isLast = step >= end - time
        let length = isLast ? end - time : step
        let ratio = unsafe tryStep(state, time, length)
        let factor = 0.9 * pow(ratio, -1 / pair.errorOrder)
        if ratio > 1 {
          rejectedSteps += 1
          wasRejected = true
          step = length * max(factor, 0.2)
          if time + step == time { return Int32(GSL_FAILURE) }
          continue
        }
        guard ratio.isFinite else { return Int32(GSL_EOVRFLW) }
        unsafe accept(state)
        time = isLast ? end : time + length
        step = length * min(factor, wasRejected ? 1 : 5)
        return Int32(GSL_SUCCESS)
      }
    }
  }

  func fixedStep(_ state: inout [Double], time: inout Double, step: Double) -> Int32 {
    unsafe state.withUnsafeMutableBufferPointer { buffer in
      guard let state = buffer.baseAddress else { return Int32(GSL_SUCCESS) }
      _ = unsafe tryStep(state, time, step)
      guard nextIsFinite else { return Int32(GSL_EOVRFLW) }
      unsafe accept(state)
      time += step
      return Int32(GSL_SUCCESS)
    }
  }

  private var nextIsFinite: Bool {
    unsafe dyn_largest(Int64(context.dimension), next).isFinite
  }

  func reset() { knowsFirstSlope = false }
}
