import DynNumerics
import Foundation
import Testing

/// The project's own pairs on rows, where they take another path than elsewhere.
@Suite struct RungeKuttaPairTests {
  static let methods = [OdeMethod.dopri5, .dop853]

  /// h' = rate h, a class of nine and one of two; w stays.
  private func growth(_ rate: Double) -> OdeSystem {
    let system = RowSample(
      sizes: [9, 2], gamma: 0, featureDecay: -rate, movesPrototypes: false
    ).system
    return OdeSystem(
      dimension: system.dimension, rows: .init(system: system) { _ in (1, 1) }
    ) { _, state, target in system.slope(of: state, 1, 1, into: &target) }
  }

  private static let start = [Double](repeating: 1, count: 11) + [0, 0]

  @Test(arguments: methods) func overflowKeepsTheStateBeforeIt(method: OdeMethod) throws {
    for control in [StepControl.adaptive(relative: 1e-9, absolute: 1e-9), .fixed(0.05)] {
      var integrator = try OdeIntegrator(growth(5), method: method, control: control)
      var state = Self.start.map { 1e300 * $0 }
      var time = 0.0
      let failure = #expect(throws: OdeFailure.self) {
        try integrator.advance(&state, time: &time, to: 100)
      }
      guard case .blowUp(let failureTime, let step, let largest)? = failure else {
        Issue.record("\(String(describing: failure))")
        continue
      }
      #expect(failureTime == time && step > 0)
      #expect(largest == state.reduce(0) { max($0, abs($1)) })
      #expect(state.allSatisfy { $0.isFinite })
      // The state is the solution's at the failure's time, and a step later it is no double.
      let expected = 1e300 * exp(5 * time)
      #expect(abs(state[0] - expected) <= 1e-4 * expected)
      #expect(time > 3 && time < log(Double.greatestFiniteMagnitude / 1e300) / 5)
    }
  }

  /// Constant slopes leave no error in a step, even in one that ends beyond all doubles.
  @Test(arguments: methods, [[9, 2], [16, 16]]) func overflowWithoutErrorIsSeen(
    method: OdeMethod, sizes: [Int]
  ) throws {
    let sample = RowSample(sizes: sizes, gamma: 0, movesPrototypes: false)
    let system = sample.system
    let ode = OdeSystem(
      dimension: system.dimension, rows: .init(system: system) { _ in (1, 1) }
    ) { _, state, target in system.slope(of: state, 1, 1, into: &target) }
    for control in [StepControl.adaptive(relative: 1e-6, absolute: 1e-6), .fixed(1)] {
      var integrator = try OdeIntegrator(ode, method: method, control: control)
      let start = [Double](repeating: 1.7e308, count: sample.sampleCount) + [1e307, 1e307]
      var (state, time) = (start, 0.0)
      let failure = #expect(throws: OdeFailure.self) {
        try integrator.advance(&state, time: &time, to: 1000)
      }
      guard case .blowUp? = failure else {
        Issue.record("\(String(describing: failure))")
        continue
      }
      #expect(state.allSatisfy { $0.isFinite } && time < 1000)
    }
  }

  @Test(arguments: methods) func stepsThatAreTooLongAreRejected(method: OdeMethod) throws {
    var integrator = try OdeIntegrator(
      growth(-40), method: method, control: .adaptive(relative: 1e-10, absolute: 1e-10))
    integrator.nextStep = 2
    var (state, time) = (Self.start, 0.0)
    try integrator.advance(&state, time: &time, to: 0.25)
    #expect(integrator.statistics.rejectedSteps >= 1)
    let steps = integrator.statistics.steps + integrator.statistics.rejectedSteps
    // The first slope of a step that is tried again is known.
    let evaluations = integrator.statistics.evaluations
    let stages = method == .dopri5 ? 6 : 12
    #expect(
      evaluations
        == steps * stages + (method == .dopri5 ? 1 : -integrator.statistics.rejectedSteps))
    for entry in state[..<11] { #expect(abs(entry - exp(-10)) <= 1e-8) }
    #expect(time == 0.25)
  }

  @Test(arguments: methods) func fixedStepsAreOfTheirOrder(method: OdeMethod) throws {
    func error(_ step: Double) throws -> Double {
      var integrator = try OdeIntegrator(growth(1), method: method, control: .fixed(step))
      var (state, time) = (Self.start, 0.0)
      try integrator.advance(&state, time: &time, to: 8)
      #expect(time == 8 && integrator.statistics.rejectedSteps == 0)
      return abs(state[10] - exp(8)) / exp(8)
    }
    let step = method == .dopri5 ? 0.125 : 0.5
    let order = try log2(error(step) / error(step / 2))
    let expected = Double(try #require(method.order))
    #expect(abs(order - expected) < 0.25)
  }
}
