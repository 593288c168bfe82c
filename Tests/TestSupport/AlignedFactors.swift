import DynNumerics
import Dynamics

/// A problem of the unhinged loss whose start is aligned with the modes of its label operator:
/// A = F P X', W = F R U', or layers that fit together, with random frames.
public struct AlignedFactors: Sendable, CustomStringConvertible {
  /// What it is called in test reports.
  public let description: String
  /// n_c.
  public var sizes = [4, 3, 3, 2]
  /// p.
  public var dimension = 6
  /// gamma; nil for 1/(C-1).
  public var gamma: Double?
  /// omega.
  public var weights = ClassWeights.uniform
  /// Widths between the layers in the place of W; nil for one matrix.
  public var widths: [Int]?
  /// Whether P and R mix modes of one singular value.
  public var mixes = false
  /// How many modes are absent from the start.
  public var absentCount = 0
  /// The size of deviations from the class means.
  public var deviation = 0.0
  /// The learning rates.
  public var rates = LearningRates(prototypes: ConstantSchedule(0.5), features: .proportional(0.7))
  /// What the factors are multiplied by.
  public var scale = 1.0

  /// Four classes of different sizes with some settings changed.
  public init(_ description: String, _ change: (inout AlignedFactors) -> Void = { _ in }) {
    self.description = description
    change(&self)
  }

  /// The problem, and for every factor (A, W or the layers) its singular values along the modes that
  /// grow.
  public func problem() throws -> (problem: Problem, values: [[Double]]) {
    var random = RandomNumbers(21)
    let partition = ClassPartition(sizes: sizes)
    let loss = gamma.map { UnhingedLoss(gamma: $0) } ?? .averaged(classCount: sizes.count)
    let labels = try LabelOperator(partition: partition, loss: loss, classWeights: weights)
    let all = labels.modes.values.indices.filter {
      labels.modes.values[$0] > 1e-10 * labels.modes.largestValue
    }
    let modes = Array(all.dropLast(absentCount))
    let factorCount = 2 + (widths?.count ?? 0)
    let parts = (0..<factorCount).map { _ in
      scale * part(modes.map { labels.modes.index[$0] }, &random)
    }
    var frames = [labels.modes.right.permutingColumns(modes)]
    for rows in [dimension] + (widths ?? []) {
      let frame = try random.matrix(rows, rows).singularValueDecomposition().left
      frames.append(frame.permutingColumns(Array(0..<modes.count)))
    }
    frames.append(labels.modes.left.permutingColumns(modes))
    let factors = parts.indices.map {
      frames[$0 + 1].times(parts[$0]).timesTransposed(frames[$0])
    }
    let roots = sizes.map { 1 / Double($0).squareRoot() }
    let features =
      labels.repeated(factors[0].scalingColumns(by: roots))
      + deviation * deviations(labels, &random)
    let start =
      widths == nil
      ? State(features: features, prototypes: factors[1].transposed)
      : State(features: features, layers: Array(factors.dropFirst()))
    let problem = Problem(
      modelCase: .unconstrained, loss: loss, labels: labels, initialState: start, rates: rates)
    return (problem, try parts.map { try $0.singularValueDecomposition().values })
  }

  /// A positive matrix that is diagonal, or mixes modes of one singular value.
  private func part(_ ties: [Int], _ random: inout RandomNumbers) -> Matrix {
    let mixed = random.kernel(ties.count)
    let entries = random.matrix(1, ties.count).elements.map { 0.3 + abs($0) }
    return Matrix(rows: ties.count, columns: ties.count) { row, column in
      if mixes { return ties[row] == ties[column] ? mixed[row, column] : 0 }
      return row == column ? entries[row] : 0
    }
  }

  private func deviations(_ labels: LabelOperator, _ random: inout RandomNumbers) -> Matrix {
    let noise = random.matrix(dimension, labels.partition.sampleCount)
    let means = labels.classSums(noise)
      .scalingColumns(by: labels.partition.sizes.map { 1 / Double($0) })
    return noise - labels.repeated(means)
  }

  /// Sizes balanced and not, weights, gammas, ties, fewer rows than classes, layers, deviations, scales.
  public static let all: [AlignedFactors] = [
    AlignedFactors("four sizes"),
    AlignedFactors("balanced") { $0.sizes = [3, 3, 3, 3] },
    AlignedFactors("balanced, modes of one value mixed") {
      $0.sizes = [3, 3, 3, 3, 3]
      $0.mixes = true
    },
    AlignedFactors("steps, modes of one value mixed") {
      $0.sizes = [20, 20, 20, 2, 2, 2]
      $0.mixes = true
    },
    AlignedFactors("long tail") {
      $0.sizes = [1000, 200, 40, 8, 2, 1]
      $0.dimension = 9
    },
    AlignedFactors("weights") { $0.weights = .list([0.5, 1, 1.5, 2]) },
    AlignedFactors("large gamma") { $0.gamma = 0.9 },
    AlignedFactors("no gamma") { $0.gamma = 0 },
    AlignedFactors("as many rows as modes") { $0.dimension = 3 },
    AlignedFactors("fewer rows than modes") {
      $0.dimension = 2
      $0.absentCount = 1
    },
    AlignedFactors("deviations from the class means") { $0.deviation = 0.4 },
    AlignedFactors("two classes") { $0.sizes = [7, 2] },
    AlignedFactors("two layers") { $0.widths = [5] },
    AlignedFactors("three layers") { $0.widths = [5, 4] },
    AlignedFactors("rates that vary on their own") {
      $0.rates = LearningRates(
        prototypes: CosineSchedule(value: 0.6, final: 0.1, period: 16),
        features: .schedule(StepSchedule(value: 0.5, factor: 0.5, every: 8)))
    },
    AlignedFactors("small") { $0.scale = 1e-6 },
    AlignedFactors("large") { $0.scale = 1e6 },
  ]
}
