import Dynamics
import TestSupport

extension BatchMomentsTests {
  /// Targets of fewer, as many and more groups than classes.
  static let targetProblems: [SmallProblem] = [
    SmallProblem("four groups of two classes") {
      $0.targets = TargetProblems.values(2, 4)
      $0.sizes = [2, 1, 2, 1]
      $0.dimension = 3
      $0.weights = .list([1, 2, 0.5, 1])
      $0.modelCase = .regularized
      $0.decay = WeightDecay(features: 0.06, prototypes: 0.09, bias: 0.05)
      $0.hasBias = true
      $0.rates = LearningRates(
        prototypes: ConstantSchedule(0.4), features: .proportional(1.7))
    },
    SmallProblem("two groups of four classes") {
      $0.targets = TargetProblems.values(4, 2)
      $0.sizes = [2, 3]
      $0.dimension = 3
      $0.modelCase = .regularized
      $0.decay = WeightDecay(features: 0.2, prototypes: 0.1, bias: 0)
      $0.rates = LearningRates(
        prototypes: InverseSqrtSchedule(value: 0.8, timescale: 3),
        features: .schedule(ExponentialSchedule(value: 0.5, decay: 0.1)))
    },
    SmallProblem("one group of three classes") {
      $0.targets = TargetProblems.values(3, 1)
      $0.sizes = [4]
    },
    SmallProblem("label sets with fixed prototypes") {
      $0 = TargetProblems.multilabel[0]
      $0.sizes = [1, 2, 1, 1, 1]
      $0.modelCase = .anchored
      $0.hasBias = false
      $0.decay = WeightDecay(features: 0.3, prototypes: 0, bias: 0)
    },
    SmallProblem("smoothed labels, balanced") {
      $0.targets = SmoothedTargets(epsilon: 0.3)
      $0.sizes = [2, 2, 2]
    },
  ]
}
