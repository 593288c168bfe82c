public import DynNumerics

/// Labels that were changed at random: the expectation over the noise, or one draw of it.
///
/// In expectation a group a class, whose target is the mean over the labels that it may be given; a
/// class weight follows the given label, so that with weights omega the target is
/// sum_g P(g) omega_g e_g / sum_g P(g) omega_g and the group's weight the denominator. A draw has a
/// group for every pair of a true and a given class that occurs.
public struct NoisyTargets: TargetRule, Equatable {
  /// The probability of every given class.
  public enum Noise: Sendable, Equatable {
    /// With this probability one of the other classes, each alike.
    case symmetric(Double)
    /// A row a true class, a column a given one (C x C).
    case confusion(Matrix)
  }

  static let kind = Kind<any TargetRule>(
    "noisy", "labels changed at random: in expectation, or drawn",
    parameters: [
      .optional(
        "probability", .number(.from(0, through: 1)),
        "of another label, each of the other classes alike"),
      .optional(
        "confusion",
        .list(of: .list(of: .number(.from(0, through: 1)), minimumCount: 2), minimumCount: 2),
        "probabilities of given classes: a row a true class, a column a given one"),
      .optional(
        "draw", .boolean, "whether one noise is drawn, instead of the mean over all",
        default: .boolean(false)),
      .optional(
        "seed", .integer(.from(0, through: 0x1p53 - 1)), "seed of the draw", default: .number(1)),
    ]
  ) { fields throws(Fault) in
    NoisyTargets(
      noise: try noise(fields), seed: fields.isTrue("draw") ? try seed(fields) : nil)
  }

  /// Which labels replace which.
  public let noise: Noise
  /// The seed of the draw; nil for the expectation.
  public let seed: UInt64?

  /// Noise in expectation, or drawn with a seed.
  public init(noise: Noise, seed: UInt64? = nil) {
    self.noise = noise
    self.seed = seed
  }

  private static func seed(_ fields: Fields) throws(Fault) -> UInt64 {
    UInt64(try fields.number("seed", default: 1))
  }

  private static func noise(_ fields: Fields) throws(Fault) -> Noise {
    guard fields.has("probability") != fields.has("confusion") else {
      throw Fault("", "give probability or confusion, one of the two")
    }
    guard fields.has("confusion") else { return .symmetric(try fields.number("probability")) }
    let rows = fields.rows("confusion")
    guard rows.allSatisfy({ $0.count == rows.count }) else {
      throw Fault(
        "confusion", "\(rows.count) rows of other lengths: give a square table, a row a true class")
    }
    for (label, row) in rows.enumerated() where abs(row.sum - 1) > 1e-9 {
      throw Fault(
        "confusion[\(label)]", "the probabilities sum to \(row.sum), not to 1: correct them")
    }
    return .confusion(
      Matrix(rows: rows.count, columns: rows.count, elements: rows.flatMap { $0 }))
  }

  /// C of a confusion matrix.
  public var classCount: Int? {
    if case .confusion(let matrix) = noise { matrix.rows } else { nil }
  }

  /// P(given class | true class).
  private func probability(_ given: Int, of label: Int, _ classCount: Int) -> Double {
    switch noise {
    case .symmetric(let total): given == label ? 1 - total : total / Double(classCount - 1)
    case .confusion(let matrix): matrix[label, given]
    }
  }

  /// P as a table with a column a true class.
  private func probabilities(_ classCount: Int) -> TargetTable {
    switch noise {
    case .symmetric(let total):
      .even(own: 1 - total, other: total / Double(classCount - 1), count: classCount)
    case .confusion(let matrix): .columns(matrix.transposed)
    }
  }

  /// - Throws: `Fault` when the generator of a draw cannot be made.
  public func groups(
    of partition: ClassPartition, classCount: Int, classWeights: ClassWeights
  ) throws(Fault) -> GroupedTargets {
    guard let seed else { return expected(partition, classCount, classWeights) }
    return try drawn(partition, classCount, classWeights, seed: seed)
  }

  private func expected(
    _ partition: ClassPartition, _ classCount: Int, _ classWeights: ClassWeights
  ) -> GroupedTargets {
    let classes = 0..<classCount
    let given = probabilities(classCount)
    let sizes = partition.sizes.map(Double.init)
    let masses = classes.map { label in classes.map { given[label, $0] * sizes[$0] }.sum }
    let omega = classWeights.values(for: masses)
    let isEven = omega.allSatisfy { $0 == omega[0] }
    let weights = classes.map { group in
      isEven ? omega[0] : classes.map { given[$0, group] * omega[$0] }.sum
    }
    let table: TargetTable =
      isEven
      ? given
      : .columns(
        Matrix(rows: classCount, columns: classCount) {
          given[$0, $1] * omega[$0] / weights[$1]
        })
    return GroupedTargets(
      partition: partition,
      targets: Targets(
        classCount: classCount, table: table, trueClasses: Array(classes), given: given),
      weights: weights)
  }

  /// A label of every sample, in the user's order: independent, and the same whatever the classes'
  /// order of samples.
  private func drawn(
    _ partition: ClassPartition, _ classCount: Int, _ classWeights: ClassWeights, seed: UInt64
  ) throws(Fault) -> GroupedTargets {
    let labels = partition.labels
    let given = try DrawnLabels(labels, seed: seed) { label in
      (0..<classCount).map { probability($0, of: label, classCount) }
    }.given
    let pairs = Set(zip(labels, given).map { [$0, $1] }).sorted { $0.lexicographicallyPrecedes($1) }
    let groups = Dictionary(uniqueKeysWithValues: zip(pairs, pairs.indices))
    let counts = given.reduce(into: [Double](repeating: 0, count: classCount)) { $0[$1] += 1 }
    let omega = classWeights.values(for: counts)
    return GroupedTargets(
      partition: try ClassPartition(
        labels: zip(labels, given).map { groups[[$0, $1]] ?? 0 }, classCount: pairs.count),
      targets: Targets(
        classCount: classCount, table: .oneHot(pairs.map { $0[1] }),
        trueClasses: pairs.map { $0[0] }, given: .oneHot(pairs.map { $0[1] })),
      weights: pairs.map { omega[$0[1]] })
  }
}

/// One given label a sample, by inversion of the distribution of its class.
private struct DrawnLabels {
  let given: [Int]

  init(
    _ labels: [Int], seed: UInt64, probabilities: (Int) -> [Double]
  ) throws(Fault) {
    do throws(NumericsError) {
      var generator = try RandomNormals(seed: seed, stream: RandomStream.targets)
      var distributions: [Int: [Double]] = [:]
      var given: [Int] = []
      given.reserveCapacity(labels.count)
      for label in labels {
        let distribution = distributions[label] ?? probabilities(label)
        distributions[label] = distribution
        given.append(Self.index(of: generator.nextUniform(), in: distribution))
      }
      self.given = given
    } catch {
      throw Fault("", error.description)
    }
  }

  /// The first class whose cumulated probability is above a number in [0, 1).
  private static func index(of number: Double, in distribution: [Double]) -> Int {
    var cumulated = 0.0
    var last = 0
    for (label, probability) in distribution.enumerated() where probability > 0 {
      cumulated += probability
      last = label
      if number < cumulated { return label }
    }
    return last
  }
}
