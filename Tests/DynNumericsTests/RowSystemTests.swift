import DynNumerics
import Foundation
import Testing

@Suite struct RowSystemTests {
  private func slope(_ sample: RowSample, _ row: [Double], _ rates: (Double, Double)) -> [Double] {
    var result = [Double](repeating: .nan, count: row.count)
    var target = result.mutableSpan
    sample.system.slope(of: row.span, rates.0, rates.1, into: &target)
    return result
  }

  #if arch(x86_64)
    @Test(arguments: RowSample.all) func slopesAreThoseOfTheFormula(sample: RowSample) {
      var source = NumberSource(3)
      for rates in [(1.0, 1.0), (0.3, 1.7), (0, 2), (2, 0)] {
        let row = source.numbers(sample.dimension)
        let expected = sample.slope(
          row.map { Float80($0) }, (Float80(rates.0), Float80(rates.1)))
        let found = slope(sample, row, rates)
        for (index, value) in found.enumerated() {
          let error = abs(Float80(value) - expected.values[index])
          #expect(error <= 2e-15 * expected.sizes[index], "entry \(index) at rates \(rates)")
        }
      }
    }
  #endif

  private func integrate(
    _ sample: RowSample, _ method: OdeMethod, _ control: StepControl, isFused: Bool,
    firstStep: Double?
  ) throws -> (state: [Double], statistics: OdeStatistics) {
    let system = sample.system
    @Sendable func rates(_ time: Double) -> (features: Double, prototypes: Double) {
      (0.8 + 0.4 * sin(3 * time), 1.1 - 0.2 * cos(time))
    }
    let ode = OdeSystem(
      dimension: system.dimension, rows: isFused ? .init(system: system, rates: rates) : nil
    ) { time, state, target in
      let rates = rates(time)
      system.slope(of: state, rates.features, rates.prototypes, into: &target)
    }
    var integrator = try OdeIntegrator(ode, method: method, control: control)
    integrator.nextStep = firstStep
    var source = NumberSource(4)
    var (state, time) = (source.numbers(system.dimension), 0.0)
    for end in [0.5, 2, 9] { try integrator.advance(&state, time: &time, to: end) }
    return (state, integrator.statistics)
  }

  /// Two ways to the same stages and decisions: two in one pass over the features, or one by one.
  /// Class sums are added in another order, so that rounding is that of the largest entries.
  @Test(
    arguments: RowSample.all,
    [StepControl.adaptive(relative: 1e-6, absolute: 1e-9), .fixed(0.11)])
  func fusedStagesAreThoseOfTheGenericPath(sample: RowSample, control: StepControl) throws {
    for method in [OdeMethod.dopri5, .dop853] {
      for firstStep in [nil, 400.0] {
        let fused = try integrate(sample, method, control, isFused: true, firstStep: firstStep)
        let plain = try integrate(sample, method, control, isFused: false, firstStep: firstStep)
        #expect(fused.statistics == plain.statistics)
        let largest = plain.state.reduce(0) { max($0, abs($1)) }
        for (left, right) in zip(fused.state, plain.state) {
          #expect(abs(left - right) <= 1e-14 * largest)
        }
      }
    }
  }

  /// An integrator that takes up another state afresh gives what a new one gives.
  @Test(arguments: [OdeMethod.dopri5, .dop853]) func statesCanTakeTurns(method: OdeMethod) throws {
    let system = RowSample.all[3].system
    let ode = OdeSystem(
      dimension: system.dimension, rows: .init(system: system) { _ in (1, 1) }
    ) { _, state, target in system.slope(of: state, 1, 1, into: &target) }
    let control = StepControl.adaptive(relative: 1e-8, absolute: 1e-10)
    func moved(_ state: [Double], _ integrator: inout OdeIntegrator) throws -> [Double] {
      var (state, time) = (state, 0.0)
      integrator.restart()
      integrator.nextStep = nil
      try integrator.advance(&state, time: &time, to: 3)
      return state
    }
    var source = NumberSource(5)
    let states = (0..<2).map { _ in source.numbers(system.dimension) }
    var shared = try OdeIntegrator(ode, method: method, control: control)
    for state in states + states {
      var own = try OdeIntegrator(ode, method: method, control: control)
      #expect(try moved(state, &shared) == moved(state, &own))
    }
  }

  /// Fixed prototypes stay where they are, however large the features.
  @Test func fixedPrototypesStay() {
    var sample = RowSample(sizes: [9, 9])
    sample.movesPrototypes = false
    let row = [Double](repeating: 3e307, count: 18) + [1, -1]
    #expect(slope(sample, row, (1, 1)).suffix(2) == [0, 0])
  }

  /// Against a method of GSL, which shares no coefficient and no code.
  @Test(arguments: RowSample.all) func fusedStagesSolveTheSystem(sample: RowSample) throws {
    let control = StepControl.adaptive(relative: 1e-12, absolute: 1e-13)
    let expected = try integrate(sample, .rk8pd, control, isFused: false, firstStep: nil).state
    for method in [OdeMethod.dopri5, .dop853] {
      let found = try integrate(sample, method, control, isFused: true, firstStep: nil)
      for (left, right) in zip(found.state, expected) {
        #expect(abs(left - right) <= 1e-10 * max(1, abs(right)), "\(method.name)")
      }
    }
  }
}
