import CGSL
import Foundation
import Testing

@testable import DynNumerics

/// How steps are chosen: the first, the last, and by the error.
@Suite struct StepChoiceTests {
  static let methods = OdeMethod.all.filter(\.allowsFixedStep)

  /// Rotations of different sizes at one rate.
  private func rotations(_ rate: Double) -> OdeSystem {
    OdeSystem(dimension: 6) { _, state, target in
      for pair in 0..<3 {
        target[2 * pair] = rate * state[2 * pair + 1]
        target[2 * pair + 1] = -rate * state[2 * pair]
      }
    }
  }

  private func integrated(
    _ method: OdeMethod, _ tolerance: Double, rate: Double, size: Double, firstStep: Double? = nil
  ) throws -> (statistics: OdeStatistics, nextStep: Double) {
    let control = StepControl.adaptive(relative: tolerance, absolute: tolerance * size)
    var integrator = try OdeIntegrator(rotations(rate), method: method, control: control)
    integrator.nextStep = firstStep
    var (state, time) = ([1, 0, 0.3, -0.4, 0, 0.7].map { size * $0 }, 0.0)
    try integrator.advance(&state, time: &time, to: 20 / rate)
    let nextStep = integrator.nextStep
    return (integrator.statistics, try #require(nextStep))
  }

  /// The first step is near the one at which the method settles, in any units of time and state.
  @Test(arguments: methods, [1e-5, 1e-8, 1e-11])
  func theFirstStepIsWellChosen(method: OdeMethod, tolerance: Double) throws {
    for (rate, size) in [(1.0, 1.0), (1e-8, 1e3), (1e6, 1e-9)] {
      let (found, settled) = try integrated(method, tolerance, rate: rate, size: size)
      let (best, _) = try integrated(
        method, tolerance, rate: rate, size: size, firstStep: settled)
      let tries = found.steps + found.rejectedSteps
      let fewest = best.steps + best.rejectedSteps
      // GSL keeps a step whose error is from 0.5 to 1.1, so that settled steps differ by a little.
      #expect(
        found.rejectedSteps <= best.rejectedSteps + 1 + fewest / 20, "rate \(rate), size \(size)")
      #expect(tries <= fewest + 2 + fewest / 20, "rate \(rate), size \(size)")
    }
  }

  /// Where the state says nothing of the rate the step must come from somewhere.
  @Test(arguments: OdeMethod.all.filter { !$0.needsJacobian })
  func aStateAtZeroOrAtRestIsIntegrated(method: OdeMethod) throws {
    let control = StepControl.adaptive(relative: 1e-8, absolute: 1e-8)
    for (start, slope) in [(0.0, 2.0), (3, 0), (0, 0)] {
      let system = OdeSystem(dimension: 1) { _, _, target in target[0] = slope }
      var integrator = try OdeIntegrator(system, method: method, control: control)
      var (state, time) = ([start], 0.0)
      try integrator.advance(&state, time: &time, to: 5)
      let expected = start + 5 * slope
      #expect(abs(state[0] - expected) <= 1e-7)
    }
  }

  @Test func stepsFillWhatIsLeft() {
    var source = NumberSource(8)
    for numbers in (0..<2000).map({ _ in source.numbers(2) }) {
      let rest = pow(10, 3 * numbers[0])
      let wanted = rest * pow(10, 4 * numbers[1] - 2)
      let step = OdeIntegrator.fitted(wanted, into: rest)
      guard step < rest else {
        // The last one: GSL must see that it reaches the end.
        #expect(step > rest)
        #expect(rest <= 1.1001 * wanted)
        continue
      }
      let count = (rest / step).rounded()
      #expect(abs(rest / step - count) <= 1e-9 * count)
      #expect(step <= 1.1 * wanted)
      let longer = rest / (count - 1)
      #expect(longer > wanted, "one step fewer would do")
    }
  }

  /// GSL's own control is the witness, with states from tiny to huge.
  @Test(arguments: [1, 7, 8, 9, 100]) func stepsAreAdjustedAsByGSL(count: Int) throws {
    let (absolute, relative) = (1e-7, 1e-5)
    let own = GSLControl(
      ErrorAllowance(.adaptive(relative: relative, absolute: absolute)))
    let standard = try #require(gsl_odeiv2_control_y_new(absolute, relative))
    let stepper = try #require(gsl_odeiv2_step_alloc(dyn_step_rk8pd(), count))
    defer {
      gsl_odeiv2_control_free(standard)
      gsl_odeiv2_step_free(stepper)
    }
    var decisions = Set<Int32>()
    var source = NumberSource(9)
    for exponent in -200...40 {
      let scale = pow(1.15, Double(exponent))
      let state = source.numbers(count).map { 10 * $0 }
      let errors = source.numbers(count).map { 1e-3 * scale * $0 }
      var (step, expected) = (0.7, 0.7)
      let decision = gsl_odeiv2_control_hadjust(
        own.object, stepper, state, errors, state, &step)
      decisions.insert(decision)
      #expect(
        decision == gsl_odeiv2_control_hadjust(standard, stepper, state, errors, state, &expected))
      #expect(abs(step - expected) <= 1e-15 * expected)
    }
    #expect(decisions == [-1, 0, 1])
  }
}
