import DynNumerics

/// An integrator on a system whose derivative is linear in the learning rates: it stops where a
/// rate jumps or bends and starts afresh there.
struct RatedIntegration: ~Copyable {
  typealias Derivative = (Span<Double>, RatePair, inout MutableSpan<Double>) -> Void

  private var integrator: OdeIntegrator
  private let window: RateWindow
  private let breakpoints: [Double]

  /// An integration that will not go beyond `end`.
  ///
  /// - Parameter meter: told of the times at which the derivative is wanted; nil where several
  ///   integrations share the work.
  init(
    _ rates: LearningRates, until end: Double, method: OdeMethod, control: StepControl,
    partsOfStep: Int = 1, dimension: Int, rows: RowSystem? = nil, meter: ProgressMeter? = .current,
    derivative: @escaping Derivative,
    jacobian: Derivative? = nil
  ) throws(NumericsError) {
    let window = RateWindow(rates)
    let system = OdeSystem(
      dimension: dimension,
      jacobian: jacobian.map { jacobian in
        { time, state, byState, byTime in
          jacobian(state, window.rates(at: time), &byState)
          // Linear in the rates: the derivative by time is the one with the rates' slopes.
          derivative(state, window.slopes(at: time), &byTime)
        }
      },
      rows: rows.map { system in
        OdeSystem.RowRates(system: system) { time in
          let rates = window.rates(at: time)
          return (rates.features, rates.prototypes)
        }
      },
      derivative: { time, state, target in
        if let meter { meter.reached(time) }
        derivative(state, window.rates(at: time), &target)
      })
    integrator = try OdeIntegrator(
      system, method: method, control: control,
      budget: StepBudget(rates, until: end, method: method, control: control),
      partsOfStep: partsOfStep)
    self.window = window
    // A jump at the end itself bounds the last window, up to rounding.
    breakpoints = rates.breakpoints(before: end + 2 * DiscreteTime.tolerance(end))
  }

  var statistics: OdeStatistics { integrator.statistics }

  /// Moves the state on from the time where the last call ended.
  mutating func advance(
    _ state: inout [Double], from start: Double, to end: Double
  ) throws(OdeFailure) {
    var time = start
    while time < end {
      // A jump that means the present time lies behind, one that means the end lies at it.
      let next = breakpoints.partitionIndex { $0 > time + DiscreteTime.tolerance(time) }
      let breakpoint = next < breakpoints.count ? breakpoints[next] : .infinity
      window.start = next > 0 ? max(time, breakpoints[next - 1]) : time
      window.end = breakpoint
      let isAtEnd = DiscreteTime.meets(breakpoint, end)
      try integrator.advance(&state, time: &time, to: isAtEnd ? end : min(breakpoint, end))
      if time == breakpoint || isAtEnd { integrator.restart() }
    }
  }

  /// The same for one of several states that take turns: unless it continues where the last call
  /// ended, it starts afresh with the step that it wants to try next. Each has a budget of its own.
  mutating func advance(
    _ state: inout [Double], from start: Double, to end: Double, continuing: Bool,
    _ nextStep: inout Double?, stepsUsed: inout Int
  ) throws(OdeFailure) {
    if !continuing {
      integrator.restart()
      integrator.nextStep = nextStep
    }
    integrator.stepsUsed = stepsUsed
    defer {
      nextStep = integrator.nextStep
      stepsUsed = integrator.stepsUsed
    }
    try advance(&state, from: start, to: end)
  }
}

/// The learning rates between two jumps: a step that ends at a jump must still see the rate before
/// it, although rates are right-continuous, and one that starts there the rate after it, although
/// its time may be an ulp before.
private final class RateWindow {
  private let learningRates: LearningRates
  var start = 0.0
  var end = Double.infinity

  init(_ rates: LearningRates) { learningRates = rates }

  func rates(at time: Double) -> RatePair { learningRates.rates(at: inside(time)) }
  func slopes(at time: Double) -> RatePair { learningRates.slopes(at: inside(time)) }

  private func inside(_ time: Double) -> Double { max(min(time, end.nextDown), start) }
}
