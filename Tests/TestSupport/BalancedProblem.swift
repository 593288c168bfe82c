import DynNumerics
import Dynamics

/// Squared error from a balanced start, H_0 H_0' = W_0 W_0'.
public struct BalancedProblem: Sendable, CustomStringConvertible {
  /// n_c.
  public var sizes: [Int]
  /// p.
  public var dimension: Int
  /// lambda of features and prototypes.
  public var decay: Double
  /// What the entries of the start are multiplied by.
  public var scale: Double
  /// eta.
  public var schedule: any Schedule

  /// A problem with its settings.
  public init(
    _ sizes: [Int], dimension: Int, decay: Double = 0, scale: Double = 1,
    schedule: any Schedule = ConstantSchedule(1)
  ) {
    self.sizes = sizes
    self.dimension = dimension
    self.decay = decay
    self.scale = scale
    self.schedule = schedule
  }

  /// Its settings.
  public var description: String {
    "sizes \(sizes), p = \(dimension), decay \(decay), scale \(scale), \(type(of: schedule))"
  }

  /// H = W V' with orthonormal columns V.
  public func start(seed: UInt64 = 11) throws -> State {
    var random = RandomNumbers(seed)
    let prototypes = scale * random.matrix(dimension, sizes.count)
    let decomposition = try random.matrix(sizes.reduce(0, +), sizes.count)
      .singularValueDecomposition()
    let frame = decomposition.left.timesTransposed(decomposition.right)
    return State(features: prototypes.timesTransposed(frame), prototypes: prototypes)
  }

  /// The problem, from its own start or another one.
  public func problem(
    from state: State? = nil, decay: WeightDecay? = nil, weights: ClassWeights = .uniform,
    rates: LearningRates? = nil
  ) throws -> Problem {
    let partition = ClassPartition(sizes: sizes)
    return Problem(
      modelCase: .regularized, loss: MeanSquaredErrorLoss(),
      labels: try LabelOperator(
        partition: partition, loss: .averaged(classCount: sizes.count), classWeights: weights),
      decay: decay ?? WeightDecay(features: self.decay, prototypes: self.decay, bias: 0),
      initialState: try state ?? start(), rates: rates ?? LearningRates(prototypes: schedule))
  }

  /// sigma_c = sqrt(n_c)/n.
  public var singularValues: [Double] {
    let samples = Double(sizes.reduce(0, +))
    return sizes.map { Double($0).squareRoot() / samples }
  }
}
