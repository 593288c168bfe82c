import DynNumerics
import TestSupport

@testable import Dynamics

/// Problems with all kinds of targets, with fewer, as many and more groups than classes.
enum TargetProblems {
  static let confusion = Matrix(
    rows: 3, columns: 3, elements: [0.7, 0.2, 0.1, 0, 0.9, 0.1, 0.25, 0.25, 0.5])

  static func values(_ classes: Int, _ groups: Int) -> GivenTargets {
    var random = RandomNumbers(41)
    return GivenTargets(random.matrix(classes, groups))
  }

  static let rules: [(name: String, rule: any TargetRule, sizes: [Int])] = [
    ("smoothed", SmoothedTargets(epsilon: 0.3), [4, 3, 2]),
    ("smoothed, balanced", SmoothedTargets(epsilon: 0.1), [3, 3, 3]),
    ("uniform", SmoothedTargets(epsilon: 1), [2, 3, 2]),
    ("noise in expectation", NoisyTargets(noise: .symmetric(0.4)), [4, 1, 3]),
    ("more noise than labels", NoisyTargets(noise: .symmetric(0.9)), [3, 3, 3]),
    ("as much noise as labels", NoisyTargets(noise: .symmetric(2.0 / 3)), [3, 3, 3]),
    ("confusion", NoisyTargets(noise: .confusion(confusion)), [5, 2, 4]),
    ("drawn noise", NoisyTargets(noise: .symmetric(0.4), seed: 3), [7, 5, 6]),
    ("drawn confusion", NoisyTargets(noise: .confusion(confusion), seed: 8), [6, 6, 6]),
    ("values, wide", values(3, 5), [2, 3, 1, 4, 2]),
    ("values, tall", values(4, 2), [3, 5]),
    ("values, one group", values(3, 1), [4]),
    ("values of rank one", GivenTargets(Matrix(rows: 2, columns: 3) { _, _ in 0.5 }), [2, 2, 2]),
  ]

  /// Every rule in every linear case.
  static let all: [SmallProblem] =
    rules.flatMap { name, rule, sizes in
      [ModelCase.unconstrained, .regularized, .anchored].map { modelCase in
        SmallProblem("\(modelCase.name), \(name)") {
          $0.modelCase = modelCase
          $0.targets = rule
          $0.sizes = sizes
          $0.gamma = 0.45
          if modelCase == .regularized {
            $0.decay = WeightDecay(features: 0.06, prototypes: 0.02, bias: 0)
          }
          if modelCase == .anchored {
            $0.decay = WeightDecay(features: 0.05, prototypes: 0, bias: 0)
          }
          if case .regularized = modelCase {
            $0.rates = LearningRates(
              prototypes: ConstantSchedule(0.4), features: .proportional(1.5))
          }
          if rule.hasClasses { $0.weights = .list([0.5, 2, 1]) }
        }
      }
    } + multilabel

  static let multilabel: [SmallProblem] = [false, true].map { normalizes in
    SmallProblem("label sets, normalised: \(normalizes)") {
      $0.targets = SetTargets(
        rule: MultilabelTargets(
          sets: [[0, 2], [1], [0, 1, 3], [3], [2, 3]], normalizes: normalizes))
      $0.sizes = [2, 3, 1, 2, 2]
      $0.weights = .list([1, 2, 1, 0.5, 1])
      $0.hasBias = true
    }
  }
}

/// Label sets of four classes: the rule itself leaves their number to the scenario.
struct SetTargets: TargetRule {
  let rule: MultilabelTargets
  var classCount: Int? { 4 }
  var groupCount: Int? { rule.groupCount }
  var hasClasses: Bool { false }

  func groups(
    of partition: ClassPartition, classCount: Int, classWeights: ClassWeights
  ) throws(Fault) -> GroupedTargets {
    try rule.groups(of: partition, classCount: classCount, classWeights: classWeights)
  }
}
