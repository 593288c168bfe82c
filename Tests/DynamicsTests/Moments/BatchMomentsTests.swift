import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

/// Expectations over batches against enumeration, sampling and full batches.
@Suite struct BatchMomentsTests {
  private static let small = SmallProblem("unconstrained") {
    $0.sizes = [3, 2, 1]
    $0.dimension = 3
  }

  static let problems = classProblems + targetProblems

  private static let classProblems: [SmallProblem] = [
    small,
    SmallProblem("weights, unequal rates and decays") {
      $0 = small
      $0.modelCase = .regularized
      $0.weights = .list([0.5, 1, 1.8])
      $0.decay = WeightDecay(features: 0.06, prototypes: 0.09, bias: 0.05)
      $0.hasBias = true
      $0.rates = LearningRates(
        prototypes: ConstantSchedule(0.4), features: .proportional(1.7))
    },
    SmallProblem("rates of their own that vary") {
      $0 = small
      $0.modelCase = .regularized
      $0.decay = WeightDecay(features: 0.2, prototypes: 0, bias: 0)
      $0.rates = LearningRates(
        prototypes: InverseSqrtSchedule(value: 0.8, timescale: 3),
        features: .schedule(ExponentialSchedule(value: 0.5, decay: 0.1)))
    },
    SmallProblem("anchored") {
      $0 = small
      $0.modelCase = .anchored
      $0.decay = WeightDecay(features: 0.3, prototypes: 0, bias: 0)
    },
    SmallProblem("balanced") {
      $0 = small
      $0.sizes = [2, 2, 2]
      $0.modelCase = .regularized
      $0.decay = WeightDecay(features: 0.06, prototypes: 0.09, bias: 0)
    },
    SmallProblem("classes of one sample") {
      $0 = small
      $0.sizes = [1, 1, 1, 1]
    },
    SmallProblem("two classes") {
      $0 = small
      $0.sizes = [3, 2]
      $0.gamma = 1
    },
  ]

  private static func isClose(_ value: Double, _ expected: Double, to tolerance: Double) -> Bool {
    abs(value - expected) <= tolerance * abs(expected)
  }

  /// Eight steps, each averaged over all batches: the state is linear in the draws, so that this is the
  /// expectation over all sequences of batches.
  @Test(arguments: problems, [1, 2, 3]) func expectationsAreThoseOfAllBatches(
    small: SmallProblem, batch: Int
  ) throws {
    let problem = try small.problem()
    let step = 1.25
    let solver = BatchMomentsSolver(batch: batch, step: step)
    let rows = try solver.values(of: problem, at: (0...8).map { Double($0) * step })
    var moments = EnumeratedMoments(
      ExplicitBatches(problem, batch: batch), from: problem.initialState)
    for (count, row) in rows.enumerated() {
      for (name, expected) in moments.values {
        let size = name == "loss" || name == "objective" ? moments.values["squared_norm_z"] ?? 0 : 0
        let value = row[name] ?? .nan
        #expect(
          abs(value - expected) <= 1e-12 * max(abs(expected), 0.01 * size),
          "\(name) after \(count) steps: \(value), not \(expected)")
      }
      let rates = problem.rates.rates(at: Double(count) * step)
      moments.take(
        RatePair(
          features: step * rates.features,
          prototypes: problem.movesPrototypes ? step * rates.prototypes : 0))
    }
  }

  /// Every sequence of three batches of two, by the gradients that descent itself takes.
  @Test func expectationsAreThoseOfAllSequences() throws {
    let problem = try Self.problems[1].problem()
    let landscape = ModelLandscape(problem)
    let all = ExplicitBatches(problem, batch: 2).batches.map { Batch($0, of: problem) }
    var states = [landscape.variables(of: problem.initialState)]
    let rates = problem.rates.rates(at: 0)
    for _ in 0..<3 {
      states = states.flatMap { state in
        all.map { batch in
          var next = state
          let gradient = landscape.gradient(at: state, of: batch)
          for (range, size) in landscape.ranges(rates) {
            for index in range { next[index] -= size * gradient[index] }
          }
          return next
        }
      }
    }
    #expect(states.count == 15 * 15 * 15)
    func mean(_ observable: Observable) -> Double {
      states.map { state in
        let snapshot = FullSnapshot(
          time: 3, problem: problem, state: landscape.state(of: state))
        return observable.value(Observation(snapshot) { .unknown("not asked") })
      }.sum / Double(states.count)
    }
    let row = try BatchMomentsSolver(batch: 2, step: 1).values(of: problem, at: [3])[0]
    for name in expectedNames.dropLast() {
      let observable = try #require(Observables.named([name]).first)
      let (value, expected) = (row[name] ?? .nan, mean(observable))
      #expect(Self.isClose(value, expected, to: 1e-12), "\(name): \(value), not \(expected)")
    }
  }

  /// A batch of all samples is full-batch descent to the last bit.
  @Test(arguments: problems) func aBatchOfAllSamplesIsDescent(small: SmallProblem) throws {
    let problem = try small.problem()
    let times = [0, 5, 40.0]
    let rows = try BatchMomentsSolver(batch: problem.sampleCount, step: 0.5)
      .values(of: problem, at: times)
    let exact = try GradientDescentSolver(step: 0.5, form: .exact).values(of: problem, at: times)
    for (row, own) in zip(rows, exact) {
      #expect(row["noise_share"] == 0)
      for name in expectedNames.dropLast() { #expect(row[name] == own[name], "\(name)") }
    }
  }

  /// The mean over runs on batches that are drawn, within four of its standard errors.
  @Test func drawnRunsHaveTheseExpectations() throws {
    let problem = try SmallProblem("regularized") {
      $0.modelCase = .regularized
      $0.decay = WeightDecay(features: 0.06, prototypes: 0.09, bias: 0)
      $0.rates = LearningRates(
        prototypes: ConstantSchedule(0.4), features: .proportional(1.5))
    }.problem()
    let (batch, end) = (4, 15.0)
    let expected = try BatchMomentsSolver(batch: batch, step: 1).values(of: problem, at: [end])[0]
    let mean = try GradientDescentSolver(step: 1, form: .exact).states(of: problem, at: [end])[0]
    let runs = try (1...300).map { seed in
      let sampling = BatchSampling(
        size: batch, order: .independent, seed: UInt64(seed), reweightFrom: nil)
      let descent = GradientDescentSolver(step: 1, form: .iterated, sampling: sampling)
      var values: [String: Double] = [:]
      var cost = SolverCost()
      try descent.follow(try PreparedProblem(problem), at: [end], cost: &cost) { snapshot in
        let observation = Observation(snapshot) { .unknown("not asked") }
        for observable in Observables.named(expectedNames) {
          values[observable.name] = observable.value(observation)
        }
        values["noise"] = (snapshot.state().unscaled - mean).norm
        return true
      }
      return values
    }
    func check(_ samples: [Double], _ expected: Double, isPrecise: Bool) {
      let count = Double(samples.count)
      let average = samples.sum / count
      let variance = samples.map { ($0 - average) * ($0 - average) }.sum / (count - 1)
      let error = (variance / count).squareRoot()
      #expect(abs(average - expected) <= 4 * error, "\(average) +- \(error), not \(expected)")
      if isPrecise { #expect(error < 0.01 * abs(average)) }
    }
    for name in ["squared_norm_h", "squared_norm_w", "squared_norm_z"] {
      check(runs.map { $0[name] ?? .nan }, expected[name] ?? .nan, isPrecise: true)
    }
    for name in ["loss", "objective"] {
      check(runs.map { $0[name] ?? .nan }, expected[name] ?? .nan, isPrecise: false)
    }
    let noise = (expected["noise_share"] ?? .nan) * (expected["squared_norm_z"] ?? .nan)
    check(runs.map { ($0["noise"] ?? .nan) * ($0["noise"] ?? .nan) }, noise, isPrecise: false)
  }

  /// Squares follow the square of the start's size, and the share of noise does not, over 300 decades.
  @Test(arguments: problems.filter { !$0.hasBias }, [1e-150, 1e-75, 1e75, 1e150])
  func squaresFollowTheStart(small: SmallProblem, scale: Double) throws {
    var scaled = small
    scaled.scale = scale
    let solver = BatchMomentsSolver(batch: 2, step: 1)
    let (plain, other) = (
      try solver.values(of: try small.problem(), at: [0, 6]),
      try solver.values(of: try scaled.problem(), at: [0, 6])
    )
    for (row, found) in zip(plain, other) {
      for name in expectedNames {
        let expected = (row[name] ?? .nan) * (name == "noise_share" ? 1 : scale * scale)
        let value = found[name] ?? .nan
        #expect(Self.isClose(value, expected, to: 1e-11), "\(name): \(value), not \(expected)")
      }
    }
  }

  /// Squares leave the range of a double, the share of noise does not.
  @Test(arguments: [[3, 3, 3], [3, 2, 1]]) func sharesGoOnWhereSquaresOverflow(sizes: [Int]) throws
  {
    func row(_ scale: Double) throws -> [String: Double] {
      let problem = try SmallProblem("growing") {
        $0.sizes = sizes
        $0.rates = LearningRates(prototypes: ConstantSchedule(50))
        $0.scale = scale
      }.problem()
      return try BatchMomentsSolver(batch: 2, step: 1).values(of: problem, at: [160])[0]
    }
    let (large, small) = (try row(1), try row(1e-150))
    #expect(large["squared_norm_z"] == .infinity)
    #expect((small["squared_norm_z"] ?? .nan).isFinite)
    #expect((small["noise_share"] ?? 0) > 0.9)
    #expect(Self.isClose(large["noise_share"] ?? .nan, small["noise_share"] ?? 0, to: 1e-10))
    #expect(large["loss"] == -.infinity)
  }

  /// Nothing but expectations is a number.
  @Test func otherObservablesAreNotNumbers() throws {
    let row = try BatchMomentsSolver(batch: 2, step: 1)
      .values(of: try Self.problems[1].problem(), at: [4])[0]
    for (name, value) in row {
      #expect(value.isNaN != expectedNames.contains(name), "\(name) is \(value)")
    }
  }

  @Test func aSingleRunHasNoNoise() throws {
    let row = try ClosedFormSolver().values(of: try Self.small.problem(), at: [1])[0]
    #expect(row["noise_share"]?.isNaN == true)
    #expect(row["squared_norm_w"] == (row["norm_w"] ?? 0) * (row["norm_w"] ?? 0))
  }

  /// Its rows have no relative error, and runs beside it keep theirs.
  @Test func expectationsAreNotCompared() throws {
    let solvers = [
      NamedSolver(name: "moments", solver: BatchMomentsSolver(batch: 2, step: 1)),
      NamedSolver(name: "exact", solver: ClosedFormSolver()),
    ]
    let found = Simulation(
      prepared: try PreparedProblem(try Self.small.problem()), solvers: solvers, times: [0, 2, 4],
      observables: Observables.named(expectedNames)
    ).run()
    #expect(found[0].rows.allSatisfy { $0.relativeError.isNaN })
    #expect(found[0].largestRelativeError == nil)
    #expect(found[0].cost.steps == 4)
    #expect(found[1].rows.allSatisfy { $0.relativeError == 0 })
  }

  /// The reduced representation keeps all that moments need.
  @Test func reducedProblemsHaveTheSameMoments() throws {
    let problem = try Self.problems[1].problem()
    let basis = ModalBasis(problem)
    let start = State(
      features: basis.classPart, prototypes: problem.start.prototypes, bias: problem.start.bias)
    let reduced = problem.starting(
      from: InitialState(start), reducedScatter: basis.scatter)
    let solver = BatchMomentsSolver(batch: 2, step: 1)
    #expect(solver.refusal(of: reduced) == nil)
    let (own, full) = (
      try solver.values(of: reduced, at: [7])[0], try solver.values(of: problem, at: [7])[0]
    )
    for name in expectedNames {
      #expect(Self.isClose(own[name] ?? .nan, full[name] ?? .nan, to: 1e-13), "\(name)")
    }
  }

  @Test func stepsBeyondAllNumbersAreSaidToBe() throws {
    let solver = BatchMomentsSolver(batch: 2, step: 1e170)
    #expect {
      _ = try solver.values(of: try Self.small.problem(), at: [1e171])
    } throws: { error in
      "\(error)".contains("beyond the range of a double: the step is far too long")
    }
  }
}
