import DynNumerics
import Dynamics
import Testing

/// A small problem of any case, for tests that compare solvers.
public struct SmallProblem: Sendable, CustomStringConvertible {
  /// What the problem is called in test reports.
  public var name: String
  /// Which variables move.
  public var modelCase = ModelCase.unconstrained
  /// n_c.
  public var sizes = [4, 3, 3, 2]
  /// p.
  public var dimension = 5
  /// gamma.
  public var gamma = 0.3
  /// omega.
  public var weights = ClassWeights.uniform
  /// What replaces one-hot labels; `sizes` are then those of its groups.
  public var targets: (any TargetRule)?
  /// What is minimised, where that is not the unhinged loss.
  public var otherLoss: (any Loss)?
  /// The regularisers.
  public var decay = WeightDecay.none
  /// Whether there is a bias.
  public var hasBias = false
  /// Spherical: whether the learning rate is rescaled.
  public var rescales = false
  /// The kernel of an NTK problem.
  public var kernel: KernelKind?
  /// The learning rates.
  public var rates = LearningRates(prototypes: ConstantSchedule(0.5))
  /// What the entries of the state are multiplied by.
  public var scale = 1.0
  /// Seed of the state.
  public var seed: UInt64 = 7
  /// The end of the trajectory.
  public var end = 20.0

  /// What kernel an NTK problem has.
  public enum KernelKind: Sendable {
    /// Factors on coordinates and samples.
    case kronecker
    /// A matrix on all features.
    case dense
  }

  /// An unconstrained problem with some of its settings changed.
  public init(_ name: String, _ change: (inout SmallProblem) -> Void = { _ in }) {
    self.name = name
    change(&self)
  }

  /// Whether its flow is linear in features and prototypes, row by row.
  public var isLinear: Bool { !modelCase.normalizesFeatures && !modelCase.hasKernel }

  /// The name.
  public var description: String { name }

  /// The problem.
  public func problem() throws -> Problem {
    var random = RandomNumbers(seed)
    let partition = ClassPartition(sizes: sizes)
    let classes = targets?.classCount ?? sizes.count
    let groups =
      try targets?.groups(of: partition, classCount: classes, classWeights: weights)
      ?? GroupedTargets(classes: partition, classWeights: weights)
    let unhinged = UnhingedLoss(gamma: gamma)
    let loss = try #require((otherLoss ?? unhinged).towards(groups.targets))
    let features = random.matrix(dimension, partition.sampleCount)
    let prototypes = random.matrix(dimension, classes)
    let bias = hasBias ? random.matrix(1, classes).elements : nil
    let source = kernel.map {
      KernelFeatures(tangentKernel($0, partition.sampleCount, &random))
    }
    return Problem(
      modelCase: modelCase, loss: loss,
      labels: try LabelOperator(groups, loss: unhinged),
      decay: decay, rescalesLearningRate: rescales, features: source,
      initialState: State(features: features, prototypes: prototypes, bias: bias)
        .scaled(by: scale), rates: rates)
  }

  private func tangentKernel(
    _ kind: KernelKind, _ samples: Int, _ random: inout RandomNumbers
  ) -> any TangentKernel {
    switch kind {
    case .kronecker:
      KroneckerKernel(coordinates: random.kernel(dimension), samples: random.kernel(samples))
    case .dense: DenseKernel(random.kernel(dimension * samples))
    }
  }
}

extension SmallProblem {
  /// One problem of every case, with all that distinguishes it.
  public static let everyCase: [SmallProblem] = [
    SmallProblem("unconstrained"),
    SmallProblem("unconstrained with bias and weights") {
      $0.hasBias = true
      $0.weights = .list([0.5, 1, 1.5, 2])
      $0.rates = LearningRates(
        prototypes: ConstantSchedule(0.5), features: .proportional(0.7))
    },
    SmallProblem("regularized") {
      $0.modelCase = .regularized
      $0.decay = WeightDecay(features: 0.06, prototypes: 0.09, bias: 0.05)
      $0.hasBias = true
      $0.rates = LearningRates(
        prototypes: ConstantSchedule(0.4), features: .proportional(1.5))
    },
    SmallProblem("anchored") {
      $0.modelCase = .anchored
      $0.decay = WeightDecay(features: 0.05, prototypes: 0, bias: 0)
    },
    // A constant rate would make the solution a straight line, which every method finds exactly.
    SmallProblem("anchored without decay") {
      $0.modelCase = .anchored
      $0.rates = LearningRates(prototypes: InverseSqrtSchedule(value: 0.5, timescale: 4))
    },
    SmallProblem("spherical") { $0.modelCase = .spherical },
    SmallProblem("spherical rescaled") {
      $0.modelCase = .spherical
      $0.rescales = true
    },
    SmallProblem("kronecker kernel") {
      $0.modelCase = .ntkInvariant
      $0.kernel = .kronecker
      $0.rates = LearningRates(
        prototypes: ConstantSchedule(0.5), features: .proportional(0.6))
    },
    SmallProblem("dense kernel") {
      $0.modelCase = .ntkInvariant
      $0.kernel = .dense
      $0.sizes = [2, 2, 1]
      $0.dimension = 3
    },
  ]
}
