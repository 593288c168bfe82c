import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// The ridge path of `imbalance_cases.json` and of the published thresholds, in the form that sums
/// over samples.
@Suite struct RidgeReferenceTests {
  typealias Case = GeometryReferenceTests.Case

  private func ridge(
    _ loss: any AdjustedCrossEntropy = CrossEntropyLoss(), sizes: [Int], strength: Double
  ) -> RidgeGeometry {
    let decay = strength / Double(sizes.reduce(0, +))
    return RidgeGeometry(
      loss: loss, sizes: sizes, classWeights: sizes.map { _ in 1 }, featureDecay: decay,
      prototypeDecay: decay)
  }

  @Test(arguments: GeometryReferenceTests.ridgeCases) func solutions(reference: Case) throws {
    let profile = try StepProfile(reference.inputs)
    let strength = try reference.inputs.number("lam")
    let geometry = try ridge(sizes: profile.sizes, strength: strength).solution()
    let groups = ClassGroups(sizes: profile.sizes)
    func check(_ value: Double, _ key: String) {
      guard case .number(let expected)? = reference.expected[key] else { return }
      #expect(abs(value - expected) <= reference.tolerance * max(abs(expected), 1), "\(key)")
    }
    check(geometry.objective * Double(profile.sizes.reduce(0, +)), "objective")
    for (value, key) in zip(profile.scalars(geometry.logits), ["a", "b", "p", "q"]) {
      check(value, key)
    }
    for (letter, gram) in [("w", geometry.gramPrototypes), ("h", geometry.gramClassMeans)] {
      let own = GroupGeometry(gram: gram, groups: groups)
      check(own.majoritySquaredNorm, "\(letter)_norm2_maj")
      check(own.minoritySquaredNorm, "\(letter)_norm2_min")
      check(own.squaredNormRatio, "\(letter)_norm2_ratio")
      check(own.majorityCosine, "cos_\(letter)_maj")
      check(own.minorityCosine, "cos_\(letter)_min")
      check(own.mixedCosine, "cos_\(letter)_majmin")
    }
    let limit = try MaxMarginGeometry(loss: CrossEntropyLoss(), sizes: profile.sizes).solution()
    check(geometry.gramPrototypes.normalizedDistance(to: limit.gramPrototypes), "dist_to_SELI_W")
    check(geometry.gramClassMeans.normalizedDistance(to: limit.gramClassMeans), "dist_to_SELI_M")
    check(geometry.logits.normalizedDistance(to: limit.logits), "dist_to_SELI_logits")
    for (value, expected) in zip(
      geometry.singularValues, reference.expected.numbers("singular_values"))
    {
      #expect(abs(value - expected) <= reference.tolerance * expected)
    }
    let certificate = try #require(geometry.certificate)
    #expect(certificate.infeasibility <= 1e-11)
    #expect(certificate.gap <= 1e-11)
  }

  @Test func balancedSolutionsAreFrames() throws {
    let reference = try #require(
      GeometryReferenceTests.cases.first { $0.id == "ridge_ce_balanced" })
    let classes = try reference.inputs.integer("k")
    let sizes = Array(repeating: try reference.inputs.integer("n"), count: classes)
    let geometry = try ridge(sizes: sizes, strength: try reference.inputs.number("lam")).solution()
    let alpha = geometry.logits[0, 0] - geometry.logits[1, 0]
    #expect(abs(alpha - (try reference.expected.number("alpha"))) <= 1e-11)
    let square = try reference.expected.number("w_norm2")
    #expect(abs(geometry.gramPrototypes[0, 0] - square) <= 1e-11)
    #expect(geometry.gramPrototypes.distanceToSimplexETF <= 1e-11)
    let zero = try ridge(sizes: sizes, strength: Double(sizes[0]).squareRoot() * 1.01).solution()
    #expect(zero.gramPrototypes.elements.norm <= 1e-10)
  }

  @Test(arguments: [0.995, 1.005]) func minoritiesCoincideFromTheThresholdOn(factor: Double) throws
  {
    let reference = try #require(
      GeometryReferenceTests.cases.first { $0.id == "ridge_ce_thresholds" })
    let sizes = try StepProfile(reference.inputs).sizes
    let losses: [(any AdjustedCrossEntropy, Double)] = [
      (CrossEntropyLoss(), 1),
      (ClassTemperatureLoss(multipliers: sizes.map { $0 > 5 ? 1 : 1.5 }), 1.5),
      (LabelTemperatureLoss(multipliers: sizes.map { $0 > 5 ? 1 : 1.5 }), 1.5),
    ]
    let base = try reference.expected.number("lam_minority")
    for (loss, multiplier) in losses {
      let problem = ridge(loss, sizes: sizes, strength: factor * multiplier * base)
      #expect(problem.coincidenceStrength(ofClass: 9) == multiplier * Double(5).squareRoot())
      let gram = try problem.solution().gramPrototypes
      let gap = (gram[8, 8] + gram[9, 9] - 2 * gram[8, 9]).magnitude.squareRoot()
      #expect(factor > 1 ? gap <= 1e-6 : gap >= 0.1)
    }
  }

  @Test func theOtherThresholdsHold() throws {
    let reference = try #require(
      GeometryReferenceTests.cases.first { $0.id == "ridge_ce_thresholds" })
    let sizes = try StepProfile(reference.inputs).sizes
    for (key, entry) in [("lam_mid", 9), ("lam_majority", 0)] {
      let threshold = try reference.expected.number(key)
      let below = try ridge(sizes: sizes, strength: 0.995 * threshold).solution()
      let above = try ridge(sizes: sizes, strength: 1.005 * threshold).solution()
      #expect(below.gramPrototypes[entry, entry] >= 1e-4)
      #expect(above.gramPrototypes[entry, entry] == 0)
      guard key == "lam_mid" else { continue }
      let at = try ridge(sizes: sizes, strength: threshold).solution().logits
      let simplex = try reference.expected.number("a_at_lam_mid")
      #expect(abs(at[0, 0] - at[1, 0] - simplex) <= 1e-6)
    }
  }

  /// The published distances along the path; from 1e-16 on they halve when log(1/lambda) doubles.
  @Test func thePathApproachesMaxMarginLogarithmically() throws {
    let sizes = [20, 20, 2, 2]
    let limit = try MaxMarginGeometry(loss: CrossEntropyLoss(), sizes: sizes).solution()
    let distances = try [1e-16, 1e-32, 1e-64, 1e-128].map { strength in
      let geometry = try ridge(sizes: sizes, strength: strength).solution()
      // Exponents near 300 round at 1e-13, and the search ends where that is all it sees.
      #expect(try #require(geometry.certificate).gap <= 1e-11)
      #expect(try #require(geometry.certificate).infeasibility <= 1e-11)
      return geometry.gramPrototypes.normalizedDistance(to: limit.gramPrototypes)
    }
    for (distance, expected) in zip(distances, [0.0174, 0.0091, 0.0046, 0.0024]) {
      // One unit of the last printed digit: the last of them is 0.00235 by the four scalars.
      #expect(abs(distance - expected) <= 1e-4)
    }
    for (distance, next) in zip(distances, distances.dropFirst()) {
      #expect(abs(distance / next - 2) <= 0.1)
    }
  }

  @Test func thePublishedTableHolds() throws {
    let sizes = [50, 50, 5, 5]
    let limit = try MaxMarginGeometry(loss: CrossEntropyLoss(), sizes: sizes).solution()
    let table: [[Double]] = [
      [3, 0.4093, 1.0551, 0.6815, 1, -0.7273, 7.333, 2.818],
      [1, 0.2079, 0.4091, 0.3278, 0.3171, -0.5922, 3.23, 0.657],
      [1e-2, 0.0833, 0.1372, 0.123, 0.1354, -0.5167, 2.349, 0.4781],
      [1e-8, 0.0315, 0.05, 0.0468, 0.0979, -0.4813, 2.116, 0.4494],
    ]
    for row in table {
      let geometry = try ridge(sizes: sizes, strength: row[0]).solution()
      let groups = ClassGroups(sizes: sizes)
      let prototypes = GroupGeometry(gram: geometry.gramPrototypes, groups: groups)
      let means = GroupGeometry(gram: geometry.gramClassMeans, groups: groups)
      let own = [
        geometry.gramPrototypes.normalizedDistance(to: limit.gramPrototypes),
        geometry.gramClassMeans.normalizedDistance(to: limit.gramClassMeans),
        geometry.logits.normalizedDistance(to: limit.logits), prototypes.minorityCosine,
        prototypes.majorityCosine, prototypes.squaredNormRatio, means.squaredNormRatio,
      ]
      for (value, expected) in zip(own, row.dropFirst()) {
        #expect(abs(value - expected) <= 6e-4 * max(abs(expected), 0.1))
      }
    }
  }

  #if arch(x86_64)
    /// The four scalars of step profiles, in 80-bit arithmetic: the convex objective has its
    /// minimum at them, since it rises to both sides along every axis and its slope is zero.
    @Test(arguments: [1.0, 1e-3, 1e-16, 1e-64, 1e-128])
    func fourScalarsAgree(strength: Double) throws {
      let profile = StepProfile(majorities: 3, minorities: 2, majority: 40, minority: 3)
      let geometry = try ridge(sizes: profile.sizes, strength: strength).solution()
      let scalars = profile.scalars(geometry.logits).map { Float80($0) }
      let minimum = profile.reducedObjective(scalars, strength: Float80(strength))
      let objective = geometry.objective * Double(profile.sizes.reduce(0, +)) / strength
      #expect(abs(Double(minimum) / objective - 1) <= 1e-12)
      for axis in scalars.indices {
        var (above, below) = (scalars, scalars)
        above[axis] += 1e-6
        below[axis] -= 1e-6
        let values = [above, below].map {
          profile.reducedObjective($0, strength: Float80(strength))
        }
        let slope = (values[0] - values[1]) / 2e-6
        let bend = (values[0] - 2 * minimum + values[1]) / 1e-12
        // The slope over the curvature is the distance to the minimum along the axis.
        #expect(bend > 0)
        #expect(abs(slope / bend) <= 1e-9)
      }
    }
  #endif
}

/// Majorities and minorities of one size each, and the four numbers of their logits.
struct StepProfile {
  let majorities: Int
  let minorities: Int
  let majority: Int
  let minority: Int

  var sizes: [Int] {
    Array(repeating: majority, count: majorities) + Array(repeating: minority, count: minorities)
  }

  /// a, b: what own logits exceed those of the group by; p, q: the groups' mean own logits.
  func scalars(_ logits: Matrix) -> [Double] {
    let last = majorities
    let a = logits[0, 0] - logits[1, 0]
    let b = logits[last, last] - logits[last + 1, last]
    return [
      a, b, logits[1, 0] + a / Double(majorities), logits[last + 1, last] + b / Double(minorities),
    ]
  }

  #if arch(x86_64)
    /// The objective over the strength.
    func reducedObjective(_ scalars: [Float80], strength: Float80) -> Float80 {
      let (a, b, p, q) = (scalars[0], scalars[1], scalars[2], scalars[3])
      let (ka, kb) = (Float80(majorities), Float80(minorities))
      let (na, nb) = (Float80(majority), Float80(minority))
      let k = ka + kb
      let first = (ka - 1) * exp(-a) + kb * exp(-a * (1 - 1 / ka) - p * k / kb)
      let second = (kb - 1) * exp(-b) + ka * exp(-b * (1 - 1 / kb) - q * k / ka)
      let data = ka * na * log1p(first) + kb * nb * log1p(second)
      let block = p * p * ka * ka * na / kb + q * q * kb * kb * nb / ka
      return data / strength + (ka - 1) * a * na.squareRoot() + (kb - 1) * b * nb.squareRoot()
        + (k * block).squareRoot()
    }
  #endif
}

extension StepProfile {
  init(_ inputs: Fields) throws {
    self.init(
      majorities: try inputs.integer("k_maj"), minorities: try inputs.integer("k_min"),
      majority: try inputs.integer("n_maj"), minority: try inputs.integer("n_min"))
  }
}
