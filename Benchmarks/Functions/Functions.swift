import Benchmark
import DynNumerics
import Dynamics
import ReferenceProblem

/// The functions in which runs spend their time, on the size of the paper's figure 1.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .cpuTotal, .peakMemoryResident], warmupIterations: 2,
    maxDuration: .seconds(2))
  let size = ReferenceSize(classes: 100, classSize: 10, dimension: 512)

  func prepared() throws -> PreparedProblem {
    try PreparedProblem(try size.problem(from: try size.randomState(), decays: false))
  }

  Benchmark("Decompose the label operator and project the initial state") { benchmark in
    let problem = try size.problem(from: try size.randomState(), decays: false)
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations { blackHole(try PreparedProblem(problem)) }
  }

  Benchmark("Right-hand side of the layer-peeled flow") { benchmark in
    let flow = LayerPeeledFlow(try prepared().problem)
    let vector = flow.vector(of: try size.randomState())
    var derivative = [Double](repeating: 0, count: flow.dimension)
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      var target = derivative.mutableSpan
      flow.derivative(
        of: vector.span, rates: RatePair(features: 1, prototypes: 1), into: &target)
    }
    blackHole(derivative)
  }

  Benchmark("Full state along the closed form") { benchmark in
    var evaluator = try prepared().exactFlow(until: size.end)
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      blackHole(try evaluator.snapshot(at: size.end).state())
    }
  }

  for observable in Observables.named(["loss", "accuracy", "nc1_quot", "nc2_etf_err_features"]) {
    Benchmark("\(observable.name) along the closed form") { benchmark in
      let prepared = try prepared()
      var evaluator = try prepared.exactFlow(until: size.end)
      benchmark.startMeasurement()
      for _ in benchmark.scaledIterations {
        let snapshot = try evaluator.snapshot(at: size.end)
        blackHole(observable.value(Observation(snapshot) { prepared.prediction }))
      }
    }
  }
}
