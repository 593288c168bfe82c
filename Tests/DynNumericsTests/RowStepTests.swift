import Foundation
import Testing

@testable import DynNumerics

#if arch(x86_64)
  /// One compiled step on a row against the pair's formula in 80 bits.
  @Suite struct RowStepTests {
    /// The step, and what bounds its rounding: the same with all terms positive.
    private func step(
      _ pair: RungeKuttaPair, _ sample: RowSample, _ row: [Double], _ length: Double,
      _ rates: (Double, Double)
    ) -> (values: [Float80], sizes: [Float80]) {
      let rates = (Float80(rates.0), Float80(rates.1))
      let start = row.map { Float80($0) }
      var slopes: [[Float80]] = []
      var slopeSizes: [[Float80]] = []
      func sum(_ terms: RungeKuttaPair.Row) -> (values: [Float80], sizes: [Float80]) {
        var (values, sizes) = (start, start.map { abs($0) })
        for (stage, factor) in terms {
          let factor = Float80(length) * Float80(factor)
          for entry in start.indices {
            values[entry] += factor * slopes[stage][entry]
            sizes[entry] += abs(factor) * slopeSizes[stage][entry]
          }
        }
        return (values, sizes)
      }
      for terms in pair.stages {
        let point = sum(terms)
        slopes.append(sample.slope(point.values, rates).values)
        slopeSizes.append(sample.slope(point.sizes, rates).sizes)
      }
      return sum(pair.weights)
    }

    @Test(arguments: RowSample.all) func everyEntryIsThatOfTheFormula(sample: RowSample) throws {
      for method in [OdeMethod.dopri5, .dop853] {
        let pair = try #require(method.pair)
        for length in [0.01, 0.3] {
          var source = NumberSource(6)
          // Entries of all sizes, so that errors of large ones would show in small ones.
          let row = source.numbers(sample.dimension).enumerated().map { index, number in
            number * pow(10, Double(index % 5) * -2)
          }
          let expected = step(pair, sample, row, length, (0.8, 1.1))
          let system = sample.system
          let ode = OdeSystem(
            dimension: system.dimension, rows: .init(system: system) { _ in (0.8, 1.1) }
          ) { _, state, target in system.slope(of: state, 0.8, 1.1, into: &target) }
          var integrator = try OdeIntegrator(ode, method: method, control: .fixed(length))
          var (state, time) = (row, 0.0)
          try integrator.advance(&state, time: &time, to: length)
          #expect(integrator.statistics.steps == 1)
          for (entry, value) in state.enumerated() {
            let error = abs(Float80(value) - expected.values[entry])
            #expect(error <= 1e-15 * expected.sizes[entry], "\(method.name), entry \(entry)")
          }
        }
      }
    }
  }
#endif
