import DynNumerics
import TestSupport

@testable import Dynamics

/// A small problem with the distribution of its start.
struct MomentsCase: Sendable, CustomStringConvertible {
  let small: SmallProblem
  let distribution: StartDistribution
  var hasETF = false

  init(
    _ name: String, features: StartDistribution.Block = .normal(deviation: 1),
    prototypes: StartDistribution.Block = .normal(deviation: 1),
    bias: StartDistribution.Block = .given, hasETF: Bool = false,
    _ change: (inout SmallProblem) -> Void = { _ in }
  ) {
    small = SmallProblem(name) {
      $0.sizes = [3, 2, 1]
      $0.dimension = 2
      change(&$0)
    }
    distribution = StartDistribution(features: features, prototypes: prototypes, bias: bias)
    self.hasETF = hasETF
  }

  var description: String { small.name }

  func problem() throws -> Problem {
    var problem = try small.problem()
    if hasETF {
      let frame = SimplexETF.matrix(classCount: problem.classCount).transposed
      problem = problem.starting(
        from: State(features: problem.initialState.features, prototypes: 1.3 * frame))
    }
    problem.distribution = distribution
    return problem
  }

  static let all: [MomentsCase] = [
    MomentsCase("both random"),
    MomentsCase("balanced, two equal singular values") {
      $0.sizes = [2, 2, 2]
      $0.gamma = 0.5
    },
    MomentsCase("one sample per class") { $0.sizes = [1, 1, 1] },
    MomentsCase(
      "unequal scales and decays, weights, rates in proportion",
      features: .normal(deviation: 0.7), prototypes: .normal(deviation: 1.9)
    ) {
      $0.modelCase = .regularized
      $0.decay = WeightDecay(features: 0.06, prototypes: 0.09, bias: 0)
      $0.weights = .list([0.5, 1, 1.5])
      $0.rates = LearningRates(
        prototypes: ConstantSchedule(0.4), features: .proportional(1.5))
    },
    MomentsCase("random bias", bias: .normal(deviation: 0.8)) {
      $0.modelCase = .regularized
      $0.decay = WeightDecay(features: 0.06, prototypes: 0.09, bias: 0.05)
      $0.hasBias = true
    },
    MomentsCase("given bias") { $0.hasBias = true },
    MomentsCase("given prototypes", prototypes: .given),
    MomentsCase("given features", features: .given) {
      $0.modelCase = .regularized
      $0.decay = WeightDecay(features: 0.02, prototypes: 0.3, bias: 0)
    },
    MomentsCase(
      "only the bias is random", features: .given, prototypes: .given,
      bias: .normal(deviation: 2)
    ) { $0.hasBias = true },
    MomentsCase("features from zero", features: .given) { $0.scale = 0 },
    MomentsCase("fixed ETF", prototypes: .given, hasETF: true) {
      $0.modelCase = .anchored
      $0.decay = WeightDecay(features: 0.05, prototypes: 0, bias: 0)
    },
    MomentsCase("fixed random prototypes without decay") { $0.modelCase = .anchored },
    MomentsCase("unrelated rates", prototypes: .normal(deviation: 0.3)) {
      $0.rates = LearningRates(
        prototypes: MultistepSchedule(value: 0.8, factor: 0.3, milestones: [1, 2.5]),
        features: .schedule(MultistepSchedule(value: 0.2, factor: 2, milestones: [2])))
    },
  ]
}

extension Problem {
  /// What the solver reports at some times.
  func startMoments(at times: [Double]) throws -> [ExpectedValues] {
    var found: [ExpectedValues] = []
    var cost = SolverCost()
    try StartMomentsSolver().followExpectations(
      try PreparedProblem(self), at: times, cost: &cost
    ) {
      found.append($0)
      return true
    }
    return found
  }
}

extension ExpectedValues {
  /// The value of an observable by its name.
  func value(_ name: String) -> Double {
    Observables.named([name]).first.map { value(of: $0) } ?? .nan
  }
}
