public import DynNumerics

/// A part of the objective: sum_i weight_i l_i over some samples, with or without the regularisers.
public struct Batch: Sendable {
  /// The sorted samples' numbers; a network's may repeat.
  public let samples: [Int]
  /// The factor of each sample's loss.
  public let weights: [Double]
  /// Whether the regularisers belong to it.
  public let includesDecay: Bool
  /// What is added to a network's inputs (input dimension x samples).
  public var noise: Matrix?

  /// A part of an objective.
  ///
  /// - Precondition: there is a weight a sample.
  public init(samples: [Int], weights: [Double], includesDecay: Bool, noise: Matrix? = nil) {
    precondition(samples.count == weights.count, "a weight a sample is needed")
    self.samples = samples
    self.weights = weights
    self.includesDecay = includesDecay
    self.noise = noise
  }

  /// The mean over given samples of omega_y l, with the regularisers: an unbiased estimate of the
  /// objective when the samples are drawn evenly.
  public init(_ samples: [Int], of problem: Problem, groupWeights: [Double]? = nil) {
    let omega = groupWeights ?? problem.labels.groupWeights
    let labels = problem.labels.partition.sortedLabels
    self.init(
      samples: samples, weights: samples.map { omega[labels[$0]] / Double(samples.count) },
      includesDecay: true)
  }

  /// The whole objective.
  public static func whole(_ problem: Problem) -> Batch {
    Batch(Array(0..<problem.sampleCount), of: problem)
  }

  /// The same without the regularisers.
  var withoutDecay: Batch {
    Batch(samples: samples, weights: weights, includesDecay: false, noise: noise)
  }

  /// The plain mean loss of one class.
  public static func ofClass(_ label: Int, _ labels: LabelOperator) -> Batch {
    let classes = labels.targets.trueClasses ?? []
    let samples = classes.indices.filter { classes[$0] == label }.flatMap {
      Array(labels.partition.range(ofClass: $0))
    }
    let weight = 1 / Double(samples.count)
    return Batch(samples: samples, weights: samples.map { _ in weight }, includesDecay: false)
  }
}
