import DynNumerics
import Dynamics
import Foundation
import Testing

/// What linear theory says of every solver, against its own steps on f(a) = -mu a^2/2, taken one
/// after the other.
@Suite struct EscapePredictionTests {
  private static let starts = [
    EscapeStart(curvature: 0.4, multiplicity: 3, dimension: 50, distance: 0.02, exit: 1.5),
    EscapeStart(curvature: 0.05, multiplicity: 1, dimension: 4, distance: 0.3, exit: 0.9),
    EscapeStart(curvature: 2, multiplicity: 2, dimension: 9, distance: 1e-4, exit: 0.1),
  ]
  private static let rate = 0.7
  private static let settings = DescentSettings(step: 0.3)

  /// The first step after which a size is at least the exit's; nil for none.
  private func count(
    _ start: EscapeStart, from size: Double? = nil, to exit: Double? = nil,
    _ next: (Double) -> Double
  ) -> Int? {
    var size = size ?? start.distance
    for step in 1...1_000_000 {
      size = next(size)
      if abs(size) >= exit ?? start.exit { return step }
    }
    return nil
  }

  /// A predicted time that is no multiple of the step lies within the step that leaves.
  private func expect(_ prediction: EscapePrediction?, count: Int?, trapRadius: Double? = nil)
    throws
  {
    let prediction = try #require(prediction)
    #expect(prediction.trapRadius == trapRadius)
    #expect((prediction.time == nil) == (count == nil), "\(prediction), \(count ?? 0) steps")
    guard let time = prediction.time, let count else { return }
    let steps = time / Self.settings.step
    #expect(steps <= Double(count) + 1e-6 && steps > Double(count) - 1 - 1e-6, "\(steps), \(count)")
  }

  /// eta times the gradient of f.
  private func slope(_ start: EscapeStart) -> (Double) -> Double {
    { -Self.rate * start.curvature * $0 }
  }

  @Test(arguments: starts) func descent(start: EscapeStart) throws {
    let slope = slope(start)
    let solver = GradientDescentSolver(settings: Self.settings, form: .iterated)
    let count = count(start) { $0 - 0.3 * slope($0) }
    try expect(solver.escape(from: start, rate: Self.rate), count: count)
  }

  @Test(arguments: starts, [0, 0.5, 0.99, 1.01, 3])
  func descentWithAscentOfGivenLength(start: EscapeStart, share: Double) throws {
    let rho = share * start.distance
    let slope = slope(start)
    let solver = SharpnessAwareSolver(rho: rho, settings: Self.settings)
    let count =
      share > 1
      ? nil
      : count(start) { $0 - 0.3 * slope($0 + (slope($0) < 0 ? -rho : rho)) }
    try expect(solver.escape(from: start, rate: Self.rate), count: count, trapRadius: rho)
  }

  /// The ascent turns the drift back where rho mu > 1, and the steps overshoot where it is far above.
  @Test(arguments: starts, [0, 0.4, 0.9, 1.2, 3, 60])
  func descentWithAscentAlongTheGradient(start: EscapeStart, share: Double) throws {
    let rho = share / start.curvature
    let slope = slope(start)
    let solver = SharpnessAwareSolver(rho: rho, isNormalized: false, settings: Self.settings)
    let count = count(start) { $0 - 0.3 * slope($0 - rho * start.curvature * $0) }
    try expect(
      solver.escape(from: start, rate: Self.rate), count: count,
      trapRadius: count == nil ? .infinity : nil)
  }

  /// The mean square of m of d coordinates of noise of a given length.
  @Test(arguments: starts, [0, 1e-3, 0.2]) func descentWithNoise(
    start: EscapeStart, radius: Double
  ) throws {
    let solver = PerturbedDescentSolver(radius: radius, settings: Self.settings)
    let noise = radius * radius * Double(start.multiplicity) / Double(start.dimension)
    let slope = slope(start)
    for distance in [start.distance, 0] where distance + radius > 0 {
      let start = EscapeStart(
        curvature: start.curvature, multiplicity: start.multiplicity, dimension: start.dimension,
        distance: distance, exit: start.exit)
      let count = count(start, from: distance * distance, to: start.exit * start.exit) {
        let size = ($0 + noise).squareRoot()
        return (size - 0.3 * slope(size)) * (size - 0.3 * slope(size))
      }
      try expect(solver.escape(from: start, rate: Self.rate), count: count)
    }
  }

  /// The times of flows, by Euler's steps of two lengths and their extrapolation.
  private func time(_ start: EscapeStart, _ velocity: (Double) -> Double) -> Double {
    func time(_ steps: Double) -> Double {
      let length = 1 / (start.curvature * steps)
      var (size, count) = (start.distance, 0.0)
      while true {
        let next = size + length * velocity(size)
        if next >= start.exit { return length * (count + (start.exit - size) / (next - size)) }
        (size, count) = (next, count + 1)
      }
    }
    return 2 * time(2e4) - time(1e4)
  }

  @Test(arguments: starts, [0, 0.5, 0.9]) func flows(start: EscapeStart, share: Double) throws {
    let slope = slope(start)
    let length = share * start.distance
    let given = SharpnessAwareFlowSolver(rho: length).escape(from: start, rate: Self.rate)
    let expected = time(start) { -slope($0 - length) }
    #expect(abs(try #require(given?.time) / expected - 1) <= 1e-6)
    #expect(given?.trapRadius == length)
    let rho = share / start.curvature
    let along = SharpnessAwareFlowSolver(rho: rho, isNormalized: false)
      .escape(from: start, rate: Self.rate)
    let slowed = time(start) { -slope($0 - rho * start.curvature * $0) }
    #expect(abs(try #require(along?.time) / slowed - 1) <= 1e-6)
    #expect(along?.trapRadius == nil)
    let plain = OdeSolver(method: .rk8pd, control: .fixed(1)).escape(from: start, rate: Self.rate)
    if share == 0 { #expect(abs(try #require(plain?.time) / expected - 1) <= 1e-6) }
    #expect(plain?.trapRadius == nil)
  }

  @Test(arguments: starts) func flowsAreTrapped(start: EscapeStart) {
    let given = SharpnessAwareFlowSolver(rho: 1.01 * start.distance)
    #expect(
      given.escape(from: start, rate: Self.rate)
        == EscapePrediction(time: nil, trapRadius: 1.01 * start.distance))
    let along = SharpnessAwareFlowSolver(rho: 1.01 / start.curvature, isNormalized: false)
    #expect(
      along.escape(from: start, rate: Self.rate)
        == EscapePrediction(time: nil, trapRadius: .infinity))
  }

  /// Inertia, unknown lengths of steps and of gradients.
  @Test func whereLinearTheorySaysNothing() {
    let start = Self.starts[0]
    let inert = DescentSettings(step: 0.3, momentum: Momentum(factor: 0.5, isNesterov: false))
    let batches = DescentSettings(
      step: 0.3, sampling: BatchSampling(size: 4, seed: nil, reweightFrom: nil))
    let silent: [any Solver] = [
      GradientDescentSolver(settings: inert, form: .iterated),
      GradientDescentSolver(settings: Self.settings, form: .iterated, normalization: .loss),
      SharpnessAwareSolver(rho: 0.01, settings: inert),
      SharpnessAwareSolver(rho: 0.01, settings: batches),
      PerturbedDescentSolver(radius: 0.01, settings: inert),
    ]
    for solver in silent { #expect(solver.escape(from: start, rate: 1) == nil, "\(solver)") }
    #expect(
      GradientDescentSolver(settings: batches, form: .iterated).escape(from: start, rate: 1)
        == GradientDescentSolver(settings: Self.settings, form: .iterated)
        .escape(from: start, rate: 1))
  }
}
