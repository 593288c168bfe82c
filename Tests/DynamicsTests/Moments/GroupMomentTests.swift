import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Moments of groups whose targets are any numbers, more groups than classes and fewer.
@Suite struct GroupMomentTests {
  private static let decay = WeightDecay(features: 0.06, prototypes: 0.09, bias: 0)
  private static let sizes = RatePair(features: 0.8, prototypes: 0.5)

  @Test(arguments: [(2, [2, 1, 2]), (4, [3, 2]), (3, [1, 1, 1, 2])], [1, 2, 4])
  func momentsAreThoseOfAllBatches(shape: (classes: Int, sizes: [Int]), batch: Int) throws {
    var random = RandomNumbers(5)
    let (groups, count) = (shape.sizes.count, shape.sizes.reduce(0, +))
    let partition = ClassPartition(sizes: shape.sizes)
    let columns = random.matrix(shape.classes, groups)
    let state = State(
      features: random.matrix(3, count), prototypes: random.matrix(3, shape.classes))
    let moments = ClassRows(sizes: shape.sizes).moments(state.features)
    let map = GroupMomentMap(
      start: GroupMoments(
        groupParts: moments.sums.scalingColumns(
          by: shape.sizes.map { 1 / Double($0).squareRoot() }),
        scatter: moments.scatter, prototypes: state.prototypes, sizes: shape.sizes),
      columns: columns, sizes: shape.sizes)
    let all = ExplicitBatches(
      pulls: columns.permutingColumns(partition.sortedLabels), decay: Self.decay, batch: batch)
    var enumerated = EnumeratedMoments(all, from: state)
    let step = { (shares: DrawShares) in
      MomentStep(Self.sizes, Self.decay, samples: count, shares: shares)
    }
    let source = MomentStep.deviation(
      Self.sizes, Self.decay, samples: count, shares: .deviation(batch, of: count))
    var (mean, noise) = (map.start, 0 * map.start)
    for _ in 0..<6 {
      noise =
        map.image(of: noise, step(.batch(batch, of: count))) + map.image(of: mean, source)
      mean = map.image(of: mean, step(.mean(of: count)))
      enumerated.take(Self.sizes)
      let (own, expected) = (map.totals(of: mean + noise), enumerated.values)
      let size = expected["squared_norm_z"] ?? .nan
      #expect(abs(own.features - (expected["squared_norm_h"] ?? .nan)) <= 1e-13 * size)
      #expect(abs(own.prototypes - (expected["squared_norm_w"] ?? .nan)) <= 1e-13 * size)
      #expect(abs(own.coupling + (expected["loss"] ?? .nan)) <= 1e-13 * size)
      let deviation = map.totals(of: noise)
      let share = (deviation.features + deviation.prototypes) / size
      #expect(abs(share - (expected["noise_share"] ?? .nan)) <= 1e-12 * share)
    }
  }
}
