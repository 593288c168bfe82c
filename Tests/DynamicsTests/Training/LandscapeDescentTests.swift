import DynNumerics
import Dynamics
import TestSupport
import Testing

/// Descent on landscapes: batches, momentum and re-weighting against other ways to the same steps.
@Suite struct LandscapeDescentTests {
  static let sizes = [6, 4, 2]

  static func problem(weights: ClassWeights = .list([0.5, 1, 2])) throws -> Problem {
    try LandscapeProblem.layerPeeled(
      sizes: sizes, dimension: 4, decay: WeightDecay(features: 0.01, prototypes: 0.02, bias: 0.03),
      weights: weights, hasBias: true, seed: 8)
  }

  private func final(_ solver: any Solver, _ problem: Problem, steps: Int = 40) throws -> State {
    try solver.states(of: problem, at: [Double(steps)])[0]
  }

  /// One batch of all samples, SAM without ascent and perturbation of length 0 are descent.
  @Test(arguments: [Momentum.none, Momentum(factor: 0.9, isNesterov: true)])
  func trivialVariantsAreDescent(momentum: Momentum) throws {
    let problem = try Self.problem()
    let plain = try final(
      GradientDescentSolver(step: 1, form: .iterated, momentum: momentum), problem)
    let whole = BatchSampling(size: 12, seed: nil, reweightFrom: 0)
    let settings = DescentSettings(step: 1, momentum: momentum)
    let variants: [any Solver] = [
      GradientDescentSolver(step: 1, form: .iterated, momentum: momentum, sampling: whole),
      SharpnessAwareSolver(rho: 0, settings: settings),
      SharpnessAwareSolver(rho: 0, isNormalized: false, settings: settings),
      PerturbedDescentSolver(radius: 0, settings: settings),
    ]
    for variant in variants {
      #expect((try final(variant, problem) - plain).norm <= 1e-12 * plain.norm)
    }
  }

  /// Before its step re-weighted descent is that of uniform weights, afterwards that of the weights.
  @Test func reweightingBeginsAtItsStep() throws {
    let problem = try Self.problem()
    let deferred = GradientDescentSolver(
      step: 1, form: .iterated,
      sampling: BatchSampling(size: nil, seed: nil, reweightFrom: 10))
    let states = try deferred.states(of: problem, at: [10, 15])
    let plain = GradientDescentSolver(step: 1, form: .iterated)
    let uniform = try plain.states(of: try Self.problem(weights: .uniform), at: [10])[0]
    #expect((states[0] - uniform).norm <= 1e-13)
    let continued = try LandscapeProblem.layerPeeled(
      sizes: Self.sizes, decay: problem.decay, weights: .list([0.5, 1, 2]), state: uniform)
    #expect((states[1] - (try plain.states(of: continued, at: [5])[0])).norm <= 1e-13)
  }

  /// The mean gradient over the batches of an epoch is that of the whole objective when the batches
  /// are of one size.
  @Test func batchesAverageToTheWhole() throws {
    let problem = try Self.problem()
    let landscape = ModelLandscape(problem)
    let start = landscape.variables(of: problem.initialState)
    let parts = [[0, 5, 11], [7, 1, 3], [2, 4, 6], [10, 9, 8]].map {
      landscape.gradient(at: start, of: Batch($0, of: problem))
    }
    let whole = landscape.gradient(at: start, of: .whole(problem))
    let mean = whole.indices.map { entry in parts.map { $0[entry] }.sum / 4 }
    #expect(zip(mean, whole).map { $0 - $1 }.norm <= 1e-14)
  }

  /// An epoch shows every sample once: under squared error with features fixed, H's own gradients
  /// tell which samples a step has seen.
  @Test func anEpochShowsEverySampleOnce() throws {
    let problem = try LandscapeProblem.layerPeeled(sizes: Self.sizes, dimension: 4, seed: 8)
    let solver = GradientDescentSolver(
      step: 1, form: .iterated, sampling: BatchSampling(size: 5, seed: 3, reweightFrom: nil))
    let states = [problem.initialState] + (try solver.states(of: problem, at: [1, 2, 3, 4]))
    let seen = zip(states, states.dropFirst()).map { before, after in
      (0..<12).filter { before.features.column($0) != after.features.column($0) }
    }
    // 12/5 rounds to two batches an epoch.
    #expect(seen.map(\.count) == [6, 6, 6, 6])
    #expect((seen[0] + seen[1]).sorted() == Array(0..<12))
    #expect((seen[2] + seen[3]).sorted() == Array(0..<12))
    #expect(seen[0] != seen[2] || seen[1] != seen[3])
  }

  @Test func seedsDecideBatchesNoiseAndPerturbations() throws {
    let problem = try LandscapeProblem.network(
      sizes: Self.sizes, inputDimension: 3, hidden: [4], jitter: 0.1, seed: 2)
    func end(_ seed: UInt64?) throws -> State {
      try final(
        PerturbedDescentSolver(
          radius: 0.01,
          settings: DescentSettings(
            step: 1, sampling: BatchSampling(size: 4, seed: seed, reweightFrom: nil))), problem)
    }
    #expect(try end(5) == end(5))
    #expect(try end(5) != end(6))
    // Without a seed of its own a solver takes the problem's, here 1.
    #expect(try end(nil) == end(1))
  }

  /// Input noise makes plain descent a random one, with the whole objective's gradient on average.
  @Test func inputNoiseIsDrawnAfreshEachStep() throws {
    let noisy = try LandscapeProblem.network(
      sizes: Self.sizes, inputDimension: 3, hidden: [4], jitter: 0.5, seed: 2)
    let plain = try LandscapeProblem.network(
      sizes: Self.sizes, inputDimension: 3, hidden: [4], seed: 2)
    let solver = GradientDescentSolver(step: 0.01, form: .iterated)
    let states = try solver.states(of: noisy, at: [0, 0.01, 0.02])
    let smooth = try solver.states(of: plain, at: [0, 0.01, 0.02])
    #expect(states[0] == smooth[0])
    let moves = [states[1] - states[0], states[2] - states[1]]
    #expect((moves[0] - (smooth[1] - smooth[0])).norm > 0.05 * moves[0].norm)
    #expect((moves[0] - moves[1]).norm > 0.05 * moves[0].norm)
  }

  /// A landscape flow is the network's; integration and small steps of descent agree to first
  /// order in the step.
  @Test func aNetworkIsIntegratedLikeAnyFlow() throws {
    let problem = try LandscapeProblem.network(
      sizes: Self.sizes, inputDimension: 3, hidden: [4], seed: 2)
    let ode = OdeSolver(method: .rk8pd, control: .adaptive(relative: 1e-10, absolute: 1e-12))
    let flow = try ode.states(of: problem, at: [2])[0]
    let errors = try [0.02, 0.01].map { step in
      let solver = GradientDescentSolver(step: step, form: .iterated)
      return (try solver.states(of: problem, at: [2])[0] - flow).norm
    }
    #expect(abs(errors[0] / errors[1] - 2) <= 0.1)
    #expect(flow.hidden != problem.initialState.hidden)
  }

  /// A kernel's flow is no gradient flow of the variables; all others have a landscape.
  @Test func onlyKernelsAreRefused() throws {
    let sampling = BatchSampling(size: 2, seed: nil, reweightFrom: nil)
    let solvers: [any Solver] = [
      GradientDescentSolver(step: 1, form: .iterated, sampling: sampling),
      SharpnessAwareSolver(rho: 1, settings: DescentSettings(step: 1)),
      SharpnessAwareFlowSolver(rho: 1),
      PerturbedDescentSolver(radius: 1, settings: DescentSettings(step: 1)),
    ]
    for small in SmallProblem.everyCase {
      let problem = try small.problem()
      for solver in solvers {
        #expect((solver.refusal(of: problem) == nil) == !small.modelCase.hasKernel)
      }
    }
    let exact = GradientDescentSolver(step: 1, form: .exact, sampling: sampling)
    #expect(exact.refusal(of: try SmallProblem("free").problem()) != nil)
  }

  @Test func stepsThatAreTooLongAreSaidToBe() throws {
    let problem = try Self.problem()
    let solver = SharpnessAwareSolver(rho: 0.1, settings: DescentSettings(step: 1e8))
    #expect {
      _ = try solver.states(of: problem, at: [1e11])
    } throws: { error in
      "\(error)".contains("too long for the landscape's curvature")
    }
  }
}
