import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// Escapes from the exact saddles: measured times against linear theory, and the trap of SAM.
@Suite struct EscapeTests {
  /// Half of the loss gap to the minimum below the minority-collapse saddle.
  static let threshold = 0.283915

  static func problem(
    _ saddle: ExactSaddle = .minorityCollapse, offset: Double,
    direction: SaddleStart.Direction = .random, seed: UInt64 = 1
  ) throws -> Problem {
    let base = try ExactSaddleTests.problem()
    let start = SaddleStart(
      name: saddle.rawValue, saddle: try saddle.state(of: base), offset: offset,
      direction: direction)
    let landscape = ModelLandscape(base)
    return base.starting(near: start, at: try start.state(landscape, seed: seed))
  }

  /// The time at which the objective falls below a threshold, interpolated between outputs.
  static func escapeTime(
    _ solver: any Solver, _ problem: Problem, threshold: Double = threshold, end: Double = 1500,
    spacing: Double = 5
  ) throws -> Double? {
    var previous = (time: 0.0, objective: Double.infinity)
    var escape: Double?
    var cost = SolverCost()
    let times = (0...Int(end / spacing)).map { Double($0) * spacing }
    try solver.follow(try PreparedProblem(problem), at: times, cost: &cost) { snapshot in
      let objective = snapshot.objective().objective
      if objective < threshold {
        let share = (previous.objective - threshold) / (previous.objective - objective)
        escape = previous.time + share * (snapshot.time - previous.time)
      }
      previous = (snapshot.time, objective)
      return escape == nil
    }
    return escape
  }

  static let flow = OdeSolver(
    method: .rkf45, control: .adaptive(relative: 1e-8, absolute: 1e-12))

  static func sharpnessAware(
    _ rho: Double, isNormalized: Bool = true, smoothing: Double = 0.01
  ) -> SharpnessAwareFlowSolver {
    SharpnessAwareFlowSolver(
      rho: rho, isNormalized: isNormalized, smoothing: smoothing, method: .rkf45,
      control: .adaptive(relative: 1e-8, absolute: 1e-12))
  }

  @Test func startsLieAtTheirDistance() throws {
    for direction in SaddleStart.Direction.allCases {
      let problem = try Self.problem(offset: 0.01, direction: direction)
      let saddle = try #require(problem.saddle)
      #expect(abs((problem.initialState - saddle.saddle).norm - 0.01) <= 1e-15)
      let start = try #require(try EscapeStart(problem, threshold: Self.threshold))
      #expect(start.multiplicity == 5)
      #expect(abs(start.curvature - 0.0271412) <= 5e-8)
      if direction == .mostNegative { #expect(abs(start.distance - 0.01) <= 1e-12) }
    }
  }

  /// The slope per decade of the start distance is ln(10)/|lambda_min|.
  @Test func gradientFlowLeavesAtItsRate() throws {
    let times = try [1e-5, 1e-4, 1e-3].map { offset in
      try #require(try Self.escapeTime(Self.flow, try Self.problem(offset: offset)))
    }
    let slope = log(10) / 0.0271412
    for (slow, fast) in zip(times, times.dropFirst()) {
      #expect(abs((slow - fast) / slope - 1) <= 0.02)
    }
    let start = try #require(
      try EscapeStart(try Self.problem(offset: 1e-3), threshold: Self.threshold))
    let prediction = try #require(Self.flow.escape(from: start, rate: 1)?.time)
    #expect(abs(times[2] / prediction - 1) <= 0.1)
  }

  /// Without normalisation the ascent slows the unstable mode by 1 - rho mu.
  @Test func unnormalisedAscentSlowsTheEscape() throws {
    let flow = Self.sharpnessAware(20, isNormalized: false)
    let times = try [1e-4, 1e-3].map { offset in
      try #require(try Self.escapeTime(flow, try Self.problem(offset: offset)))
    }
    let slope = log(10) / (0.0271412 * (1 - 20 * 0.0271412))
    #expect(abs((times[0] - times[1]) / slope - 1) <= 0.02)
  }

  /// Along one mode the smoothed ascent obeys the theory of one mode: trapped within rho.
  @Test func sharpnessAwareFlowIsTrappedWithinRho() throws {
    let rho = 0.1
    let inside = try Self.problem(.origin, offset: 0.99 * rho, direction: .mostNegative)
    let outside = try Self.problem(.origin, offset: 1.01 * rho, direction: .mostNegative)
    let saddle = try #require(inside.saddle).saddle
    let trapped = try Self.sharpnessAware(rho).states(of: inside, at: [100, 300])
    #expect((trapped[0] - saddle).norm < 0.5 * rho)
    #expect((trapped[1] - saddle).norm < 1e-2 * rho)
    let free = try Self.sharpnessAware(rho).states(of: outside, at: [100])
    #expect((free[0] - saddle).norm > 5 * rho)
    // The flow itself leaves from both.
    let left = try Self.flow.states(of: inside, at: [100])
    #expect((left[0] - saddle).norm > 5 * rho)
  }

  /// From 1.01 rho along one mode, ln((a_1 - rho)/(a_0 - rho))/mu while the mode is linear.
  @Test func sharpnessAwareFlowEscapesInItsTime() throws {
    let rho = 1e-3
    let problem = try Self.problem(.origin, offset: 1.01 * rho, direction: .mostNegative)
    let landscape = ModelLandscape(problem)
    let saddle = try #require(problem.saddle).saddle
    let mu = 20.0.squareRoot() / 44 - 5e-3
    let exit = 20 * rho
    let objective =
      landscape.value(
        at: landscape.variables(of: saddle), of: .whole(problem)) - mu * exit * exit / 2
    let time = try #require(
      try Self.escapeTime(
        Self.sharpnessAware(rho, smoothing: 1e-3), problem, threshold: objective, end: 200,
        spacing: 0.5))
    let exact = log((exit - rho) / (1.01 * rho - rho)) / mu
    // delta shortens the ascent by (delta/g)^2/2 of rho, 5e-5: half a percent of a_0 - rho.
    #expect(abs(time / exact - 1) <= 2e-3)
    let start = try #require(try EscapeStart(problem, threshold: objective))
    let prediction = try #require(Self.sharpnessAware(rho).escape(from: start, rate: 1)?.time)
    #expect(abs(prediction / exact - 1) <= 1e-5)
  }

  /// Perturbation is fastest, SAM slowest: the order of the table of escapes.
  @Test(arguments: [1, 2]) func perturbationIsFasterThanSharpnessAwareness(
    seed: UInt64
  ) throws {
    let problem = try Self.problem(offset: 1e-3, seed: seed)
    let batches = BatchSampling(size: 8, seed: nil, reweightFrom: nil)
    let settings = DescentSettings(step: 0.5, sampling: batches)
    func time(_ solver: any Solver) throws -> Double {
      try #require(try Self.escapeTime(solver, problem))
    }
    let descent = try time(
      GradientDescentSolver(step: 0.5, form: .iterated, sampling: batches))
    let perturbed = try time(PerturbedDescentSolver(radius: 0.01, settings: settings))
    let slightly = try time(SharpnessAwareSolver(rho: 0.01, settings: settings))
    let strongly = try time(SharpnessAwareSolver(rho: 0.2, settings: settings))
    #expect(perturbed < 0.7 * descent)
    #expect(descent < slightly)
    #expect(1.3 * slightly < strongly)
  }

  /// The unstable directions lie outside the majorities' simplex, which batches and SAM never leave:
  /// only a perturbation does. Inside it an uneven batch does move the minorities' prototypes.
  @Test func batchesDoNotLeaveTheSaddle() throws {
    let problem = try Self.problem(offset: 0)
    let batches = BatchSampling(size: 8, seed: 5, reweightFrom: nil)
    let settings = DescentSettings(step: 0.5, sampling: batches)
    let solvers: [any Solver] = [
      GradientDescentSolver(step: 0.5, form: .iterated, sampling: batches),
      SharpnessAwareSolver(rho: 0.1, settings: settings),
    ]
    for solver in solvers {
      let state = try solver.states(of: problem, at: [200])[0]
      let outside = (1..<6).flatMap { row in
        Array(state.prototypes.elements[state.prototypes.range(ofRow: row)])
          + Array(state.features.elements[state.features.range(ofRow: row)])
      }
      #expect(outside.allSatisfy { $0 == 0 })
      #expect((state - problem.initialState).norm > 1e-4)
    }
    let perturbed = PerturbedDescentSolver(radius: 0.01, settings: settings)
    #expect(try Self.escapeTime(perturbed, problem) != nil)
  }

  /// Where adaptive steps make no headway, fixed ones take over, say why, and stay trapped.
  @Test func stiffTrapsTurnToFixedSteps() throws {
    let problem = try Self.problem(offset: 1e-4)
    let saddle = try #require(problem.saddle).saddle
    let solver = SharpnessAwareFlowSolver(rho: 0.1, smoothing: 1e-6)
    var cost = SolverCost()
    var distances: [Double] = []
    try solver.follow(try PreparedProblem(problem), at: [0, 50, 300], cost: &cost) { snapshot in
      distances.append((snapshot.state().unscaled - saddle).norm)
      return true
    }
    #expect(distances.count == 3)
    #expect(distances.allSatisfy { $0 <= 0.02 })
    #expect(try #require(cost.remark).contains("fixed steps of rk4"))
    // Without ascent the flow is far out by then.
    let left = try Self.flow.states(of: try Self.problem(offset: 1e-2), at: [300])
    #expect((left[0] - saddle).norm > 0.5)
    // A mild smoothing needs no fixed steps.
    var smoothCost = SolverCost()
    try SharpnessAwareFlowSolver(rho: 0.1).follow(
      try PreparedProblem(problem), at: [0, 50], cost: &smoothCost
    ) { _ in true }
    #expect(smoothCost.remark == nil)
  }
}
