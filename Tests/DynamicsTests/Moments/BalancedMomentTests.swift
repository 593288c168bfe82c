import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Seven numbers against the moments of all classes, where no renumbering tells classes apart.
@Suite struct BalancedMomentTests {
  private static let problems: [SmallProblem] = [
    SmallProblem("unconstrained") { $0.sizes = [3, 3, 3, 3] },
    SmallProblem("classes of one sample") { $0.sizes = [1, 1, 1] },
    SmallProblem("two classes with equal weights") {
      $0.sizes = [4, 4]
      $0.weights = .list([1.7, 1.7])
      $0.gamma = 2
    },
    SmallProblem("decay and unequal rates that vary") {
      $0.sizes = [2, 2, 2, 2, 2]
      $0.modelCase = .regularized
      $0.decay = WeightDecay(features: 0.03, prototypes: 0.07, bias: 0)
      $0.rates = LearningRates(
        prototypes: InverseSqrtSchedule(value: 0.8, timescale: 3), features: .proportional(0.6))
    },
    SmallProblem("anchored") {
      $0.sizes = [3, 3, 3]
      $0.modelCase = .anchored
      $0.decay = WeightDecay(features: 0.05, prototypes: 0, bias: 0)
    },
  ]

  private func map(_ small: SmallProblem) throws -> GroupMomentMap {
    GroupMomentMap(ModalBasis(try small.problem()))
  }

  @Test(arguments: problems, [1, 2, 3]) func sevenNumbersAreEnough(
    small: SmallProblem, batch: Int
  ) throws {
    let draw = BatchDraw(try small.problem(), batch: batch)
    let map = try map(small)
    let balanced = try #require(BalancedMomentMap(map))
    var all = MomentTrajectory(map, draw, step: 1)
    var few = MomentTrajectory(balanced, draw, step: 1)
    for time in [0, 1, 2, 10, 60.0] {
      try all.advance(to: time)
      try few.advance(to: time)
      for (own, other) in [(few.mean, all.mean), (few.noise, all.noise)] {
        let size = abs(other.features) + abs(other.prototypes)
        #expect(abs(own.features - other.features) <= 1e-13 * size)
        #expect(abs(own.prototypes - other.prototypes) <= 1e-13 * size)
        #expect(abs(own.coupling - other.coupling) <= 1e-13 * size)
        #expect(own.logScale == other.logScale)
      }
    }
  }

  /// Both maps move the same moments in the same way, entry by entry.
  @Test func imagesAreTheSame() throws {
    let map = try map(Self.problems[0])
    let balanced = try #require(BalancedMomentMap(map))
    let step = MomentStep(
      RatePair(features: 0.3, prototypes: 0.4),
      WeightDecay(features: 0.1, prototypes: 0.2, bias: 0), samples: 12,
      shares: .batch(5, of: 12))
    let start = BalancedMoments(
      square: 2, pairs: ExchangeableMatrix(diagonal: 0.7, beside: -0.3),
      mixed: ExchangeableMatrix(diagonal: 0.4, beside: -0.2),
      prototypes: ExchangeableMatrix(diagonal: 1.1, beside: 0.6))
    func matrix(_ exchangeable: ExchangeableMatrix) -> Matrix {
      Matrix(rows: 4, columns: 4) { $0 == $1 ? exchangeable.diagonal : exchangeable.beside }
    }
    let full = map.image(
      of: GroupMoments(
        squares: [2, 2, 2, 2],
        pairs: matrix(ExchangeableMatrix(diagonal: 0.7, beside: -0.3)),
        mixed: matrix(start.mixed), prototypes: matrix(start.prototypes)), step)
    let own = balanced.image(of: start, step)
    #expect(full.squares.allSatisfy { abs($0 - own.square) <= 1e-15 })
    let pairs = ExchangeableMatrix(diagonal: own.pairOfOneClass, beside: own.pairOfTwoClasses)
    #expect(full.pairs.gap(to: matrix(pairs)) <= 1e-15)
    #expect(full.mixed.gap(to: matrix(own.mixed)) <= 1e-15)
    #expect(full.prototypes.gap(to: matrix(own.prototypes)) <= 1e-15)
  }

  @Test(arguments: [
    SmallProblem("sizes") { $0.sizes = [3, 3, 2] },
    SmallProblem("weights") {
      $0.sizes = [3, 3, 3]
      $0.weights = .list([1, 1, 2])
    },
  ]) func classesThatDifferAreNotExchangeable(small: SmallProblem) throws {
    #expect(BalancedMomentMap(try map(small)) == nil)
  }
}
