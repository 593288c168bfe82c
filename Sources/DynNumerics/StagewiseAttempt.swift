internal import CKernels

/// Steps of a pair on any system: a stage after the other, each a combination of slopes and the
/// right-hand side there.
///
/// Memory: one vector a stage and two more.
@safe final class StagewiseAttempt: RungeKuttaAttempt {
  private let context: OdeContext
  private let pair: RungeKuttaPair
  private let allowance: ErrorAllowance
  /// The slopes, then the point of a stage.
  private let memory: UnsafeMutablePointer<Double>
  private var order: [Int]
  private let stride: Int
  private var knowsFirstSlope = false
  var next: [Double]

  init(_ context: OdeContext, pair: RungeKuttaPair, allowance: ErrorAllowance) {
    self.context = context
    self.pair = pair
    self.allowance = allowance
    order = Array(0..<pair.nodes.count)
    stride = (context.dimension + 7) / 8 * 8
    next = [Double](repeating: 0, count: context.dimension)
    let count = stride * (pair.nodes.count + 1)
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

  /// Writes the slope of a stage.
  private func form(_ stage: Int, _ state: UnsafePointer<Double>, _ time: Double, _ step: Double) {
    var sum = combination(pair.stages[stage], step)
    unsafe dyn_combine(Int64(context.dimension), state, &sum, point)
    unsafe context.evaluate(time + pair.nodes[stage] * step, point, slope(stage))
  }

  func tryStep(_ state: [Double], _ time: Double, _ step: Double) -> Double {
    let dimension = Int64(context.dimension)
    let last = pair.nodes.count - 1
    var sum = combination(pair.weights, step)
    var errors = errors(step)
    return unsafe state.withUnsafeBufferPointer { state in
      guard let state = state.baseAddress else { return 0 }
      for stage in (knowsFirstSlope ? 1 : 0)..<(pair.endsInStep ? last : last + 1) {
        unsafe form(stage, state, time, step)
      }
      knowsFirstSlope = true
      if pair.endsInStep {
        unsafe dyn_combine(dimension, state, &sum, &next)
        unsafe context.evaluate(time + step, next, slope(last))
        unsafe dyn_last_error(dimension, state, next, &sum, slope(last), &errors)
      } else {
        unsafe dyn_step(dimension, state, &sum, &next, &errors)
      }
      return pair.ratio(errors.first_ratio, errors.second_ratio)
    }
  }

  private func errors(_ step: Double) -> dyn_errors {
    var result = dyn_errors()
    result.absolute = allowance.absolute
    result.relative = allowance.relative
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

  func accept() {
    knowsFirstSlope = pair.endsInStep
    if pair.endsInStep { order.swapAt(0, order.count - 1) }
  }

  func reset() { knowsFirstSlope = false }
}
