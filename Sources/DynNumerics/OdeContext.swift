internal import CGSL

/// What GSL's callbacks reach through their `void *`: the right-hand side and its counters.
///
/// One non-generic final class: a generic or existential context costs ten times the call.
final class OdeContext {
  private let system: OdeSystem
  private(set) var statistics = OdeStatistics()

  init(_ system: OdeSystem) { self.system = system }

  /// The C description of the system; it borrows this object, which must outlive it.
  func gslSystem() -> gsl_odeiv2_system {
    unsafe gsl_odeiv2_system(
      function: { time, state, derivative, context in
        guard let state = unsafe state, let derivative = unsafe derivative,
          let context = unsafe context
        else { return Int32(GSL_EBADFUNC) }
        unsafe Unmanaged<OdeContext>.fromOpaque(context)._withUnsafeGuaranteedRef {
          unsafe $0.evaluate(time, state, derivative)
        }
        return Int32(GSL_SUCCESS)
      },
      jacobian: { time, state, byState, byTime, context in
        guard let state = unsafe state, let byState = unsafe byState, let byTime = unsafe byTime,
          let context = unsafe context
        else { return Int32(GSL_EBADFUNC) }
        unsafe Unmanaged<OdeContext>.fromOpaque(context)._withUnsafeGuaranteedRef {
          unsafe $0.differentiate(time, state, byState, byTime)
        }
        return Int32(GSL_SUCCESS)
      },
      dimension: system.dimension, params: Unmanaged.passUnretained(self).toOpaque())
  }

  var rows: OdeSystem.RowRates? { system.rows }

  /// Counts evaluations that a compiled step makes.
  func countEvaluations(_ count: Int) { statistics.evaluations += count }

  var dimension: Int { system.dimension }

  /// The right-hand side at a state.
  func slope(_ time: Double, of state: [Double]) -> [Double] {
    unsafe [Double](unsafeUninitializedCapacity: dimension) { buffer, count in
      unsafe state.withUnsafeBufferPointer { state in
        guard let state = state.baseAddress, let target = buffer.baseAddress
        else { return }
        unsafe evaluate(time, state, target)
      }
      count = dimension
    }
  }

  func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) {
    statistics.evaluations += 1
    let source = unsafe Span(_unsafeStart: state, count: system.dimension)
    var target = unsafe MutableSpan(_unsafeStart: derivative, count: system.dimension)
    system.derivative(time, source, &target)
  }

  private func differentiate(
    _ time: Double, _ state: UnsafePointer<Double>, _ byState: UnsafeMutablePointer<Double>,
    _ byTime: UnsafeMutablePointer<Double>
  ) {
    statistics.jacobianEvaluations += 1
    let dimension = system.dimension
    let source = unsafe Span(_unsafeStart: state, count: dimension)
    var matrix = unsafe MutableSpan(_unsafeStart: byState, count: dimension * dimension)
    var vector = unsafe MutableSpan(_unsafeStart: byTime, count: dimension)
    system.jacobian?(time, source, &matrix, &vector)
  }
}
