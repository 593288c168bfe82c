import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// The max-margin geometry against closed forms that do not decompose anything, and against its own
/// optimality conditions.
@Suite struct MaxMarginTests {
  /// Step profiles: majority and minority classes, the ratio of sizes, that of the multipliers.
  static let profiles: [(majorities: Int, minorities: Int)] = [
    (5, 5), (2, 2), (7, 3), (3, 9), (1, 3),
  ]

  /// The closed forms of step profiles (Behnia et al., lemmas B.1 and D.1 to D.3), for any share of
  /// minorities.
  @Test(arguments: profiles.indices, [1.0, 10, 100, 1000]) func stepProfiles(
    index: Int, ratio: Double
  ) throws {
    let (ka, kb) = (
      Double(Self.profiles[index].majorities), Double(Self.profiles[index].minorities)
    )
    let k = ka + kb
    let (rest, share) = (ka / k, kb / k)
    for delta in [0.3, 1, 2, ratio.squareRoot(), ratio] {
      let geometry = try step(Self.profiles[index], ratio: ratio, delta: delta)
      let middle = ((rest + ratio * share) / (rest + share * delta * delta)).squareRoot()
      let c = (
        (k * (rest + share * delta * delta)).squareRoot(), (k * (rest + ratio * share)).squareRoot()
      )
      let (va, vb) = (-delta * (share / rest).squareRoot() / c.0, (rest / share).squareRoot() / c.0)
      let (ua, ub) = (-(share / rest).squareRoot() / c.1, (rest / share).squareRoot() / c.1)
      let root = ratio.squareRoot()
      let prototypes = [
        root / delta * (1 - 1 / ka) + middle * va * va, 1 - 1 / kb + middle * vb * vb,
        middle * va * vb,
      ]
      let means = [
        (1 - 1 / ka) / (delta * root) + middle * ua * ua, 1 - 1 / kb + middle * ub * ub,
        middle * ua * ub,
      ]
      let last = Int(k) - 1
      for (gram, expected) in [
        (geometry.gramPrototypes, prototypes), (geometry.gramClassMeans, means),
      ] {
        let unit = 1e-12 * (expected.map(abs).max() ?? 0)
        #expect(abs(gram[0, 0] - expected[0]) <= unit)
        #expect(abs(gram[last, last] - expected[1]) <= unit)
        #expect(abs(gram[0, last] - expected[2]) <= unit)
      }
      if ka > 1 {
        let expected = -root / (delta * ka) + middle * va * va
        #expect(abs(geometry.gramPrototypes[0, 1] - expected) <= 1e-12 * prototypes[0])
      }
      if kb > 1 {
        let expected = -1 / kb + middle * ub * ub
        #expect(abs(geometry.gramClassMeans[last, last - 1] - expected) <= 1e-12 * means[1])
      }
    }
  }

  /// Half of the classes minorities: the printed norms and cosines of class temperatures.
  @Test(arguments: [4, 6, 10, 20], [1.0, 10, 100, 1000]) func halves(
    classes: Int, ratio: Double
  ) throws {
    let k = Double(classes)
    for delta in [0.3, 1, 2, 5] {
      let geometry = try step((classes / 2, classes / 2), ratio: ratio, delta: delta)
      let sizes = (0..<classes).map { $0 < classes / 2 }
      let prototypes = GroupGeometry(
        gram: geometry.gramPrototypes, groups: ClassGroups(isMajority: sizes))
      let means = GroupGeometry(
        gram: geometry.gramClassMeans, groups: ClassGroups(isMajority: sizes))
      let power = pow(1 + delta * delta, 1.5)
      let root = (ratio + 1).squareRoot()
      let majority =
        ratio.squareRoot() / delta * (1 - 2 / k) + 2 * delta * delta * root / (k * power)
      let minority = 1 - 2 / k + 2 * root / (k * power)
      #expect(abs(prototypes.squaredNormRatio / (majority / minority) - 1) <= 1e-12)
      let x = 2 * root / power
      #expect(abs(prototypes.minorityCosine - (-2 + x) / (k - 2 + x)) <= 1e-12)
      let y = (1 / (delta * delta) + 1).squareRoot() * root
      let cosine = (-2 * y + 2 * ratio.squareRoot()) / ((k - 2) * y + 2 * ratio.squareRoot())
      #expect(abs(means.majorityCosine - cosine) <= 1e-12)
    }
  }

  private func step(
    _ profile: (majorities: Int, minorities: Int), ratio: Double, delta: Double
  ) throws -> CollapsedGeometry {
    let isMajority =
      Array(repeating: true, count: profile.majorities)
      + Array(repeating: false, count: profile.minorities)
    return try MaxMarginGeometry(
      sizes: isMajority.map { $0 ? ratio : 1 }, multipliers: isMajority.map { $0 ? delta : 1 },
      labelFactors: isMajority.map { _ in 1 }
    ).solution()
  }

  /// Random sizes and multipliers: constraints hold with equality, and the dual point proves that
  /// no other geometry is better.
  @Test(arguments: 0..<40) func randomProblemsAreOptimal(seed: Int) throws {
    var random = RandomNumbers(UInt64(seed))
    let classes = Int.random(in: 2...11, using: &random)
    func numbers(_ range: ClosedRange<Double>) -> [Double] {
      (0..<classes).map { _ in exp(Double.random(in: range, using: &random)) }
    }
    let (sizes, multipliers, factors) = (numbers(0...9), numbers(-2...2), numbers(-2...2))
    let geometry = try MaxMarginGeometry(
      sizes: sizes, multipliers: multipliers, labelFactors: factors
    ).solution()
    let certificate = try #require(geometry.certificate)
    #expect(certificate.gap <= 1e-8)
    #expect(certificate.infeasibility <= 1e-8)
    // Primal: every margin is 1, and half the squared norms are the optimum.
    for label in 0..<classes {
      for other in 0..<classes where other != label {
        let margin =
          factors[label]
          * (multipliers[label] * geometry.logits[label, label]
            - multipliers[other] * geometry.logits[other, label])
        #expect(abs(margin - 1) <= 1e-11)
      }
    }
    let squares =
      (0..<classes).map {
        geometry.gramPrototypes[$0, $0] + sizes[$0] * geometry.gramClassMeans[$0, $0]
      }.sum / 2
    #expect(abs(squares / geometry.objective - 1) <= 1e-11)
    // The factorisation W'M exists: the joint Gram matrix has no negative eigenvalue.
    let joint = Matrix(rows: 2 * classes, columns: 2 * classes) { row, column in
      let (i, j) = (row % classes, column % classes)
      switch (row < classes, column < classes) {
      case (true, true): return geometry.gramPrototypes[i, j]
      case (false, false): return geometry.gramClassMeans[i, j]
      case (true, false): return geometry.logits[i, j]
      case (false, true): return geometry.logits[j, i]
      }
    }
    let values = try joint.symmetricEigendecomposition().values
    #expect((values.first ?? 0) >= -1e-11 * (values.last ?? 1))
  }

  /// Offsets do not move the limit, and a common factor of all margins only rescales it.
  @Test func onlyFactorsMatter() throws {
    let sizes = [9, 4, 4, 1]
    let plain = try MaxMarginGeometry(loss: CrossEntropyLoss(), sizes: sizes).solution()
    let others: [any VanishingLoss] = [
      LogitAdjustedLoss(strength: 2, classSizes: sizes.map(Double.init)), FocalLoss(exponent: 2),
      LabelMarginLoss(largestMargin: 0.5, scale: 30, classSizes: sizes.map(Double.init)),
      VectorScalingLoss(multipliers: [1, 1, 1, 1], offsets: [1, -2, 0, 3]),
    ]
    for loss in others {
      let other = try MaxMarginGeometry(loss: loss, sizes: sizes).solution()
      #expect(other.gramPrototypes.normalizedDistance(to: plain.gramPrototypes) <= 1e-13)
      #expect(other.gramClassMeans.normalizedDistance(to: plain.gramClassMeans) <= 1e-13)
    }
  }

  @Test func twoClassesAndGroupsOfOneAreLegal() throws {
    let geometry = try MaxMarginGeometry(loss: CrossEntropyLoss(), sizes: [8, 2]).solution()
    #expect(geometry.singularValues.count == 1)
    let groups = GroupGeometry(gram: geometry.gramPrototypes, groups: ClassGroups(sizes: [8, 2]))
    #expect(groups.majorityCosine.isNaN && groups.minorityCosine.isNaN)
    #expect(abs(groups.mixedCosine + 1) <= 1e-14)
  }
}
