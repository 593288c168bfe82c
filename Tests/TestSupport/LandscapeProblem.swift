import DynNumerics
import Dynamics

/// Small problems with a landscape, at given or random states.
public enum LandscapeProblem {
  /// The layer-peeled model at a state.
  public static func layerPeeled(
    sizes: [Int], loss: any Loss = CrossEntropyLoss(), decay: WeightDecay = .none,
    weights: ClassWeights = .uniform, saddle: SaddleStart? = nil, seed: UInt64 = 1, state: State
  ) throws -> Problem {
    let partition = ClassPartition(sizes: sizes)
    return Problem(
      model: Model(decay == .none ? .unconstrained : .regularized, loss: loss),
      labels: try LabelOperator(
        partition: partition, loss: loss.unhinged ?? .averaged(classCount: sizes.count),
        classWeights: weights),
      decay: decay, seed: seed, saddle: saddle, start: InitialState(state),
      rates: LearningRates(prototypes: ConstantSchedule(1)))
  }

  /// The layer-peeled model at a random state of p rows.
  public static func layerPeeled(
    sizes: [Int], dimension: Int, loss: any Loss = CrossEntropyLoss(),
    decay: WeightDecay = .none, weights: ClassWeights = .uniform, hasBias: Bool = false,
    scale: Double = 1, seed: UInt64
  ) throws -> Problem {
    var random = RandomNumbers(seed)
    let features = scale * random.matrix(dimension, sizes.reduce(0, +))
    let prototypes = scale * random.matrix(dimension, sizes.count)
    let bias = hasBias ? random.matrix(1, sizes.count).elements : nil
    return try layerPeeled(
      sizes: sizes, loss: loss, decay: decay, weights: weights,
      state: State(features: features, prototypes: prototypes, bias: bias))
  }

  /// A network with given inputs (d x n, sorted by class) and weights.
  public static func network(
    _ modelCase: ModelCase = .regularized, sizes: [Int], inputs: Matrix, hidden: [Matrix],
    prototypes: Matrix, bias: [Double]?, loss: any Loss = CrossEntropyLoss(),
    decay: WeightDecay = .none, jitter: Double = 0
  ) throws -> Problem {
    let partition = ClassPartition(sizes: sizes)
    let network = try NetworkInputs(
      inputs: inputs, sizes: sizes, testInputs: inputs, testLabels: partition.sortedLabels,
      jitter: jitter)
    return Problem(
      modelCase: modelCase, loss: loss,
      labels: try LabelOperator(
        partition: partition, loss: loss.unhinged ?? .averaged(classCount: sizes.count)),
      decay: decay, features: NetworkFeatures(network),
      initialState: network.state(hidden: hidden, prototypes: prototypes, bias: bias),
      rates: LearningRates(prototypes: ConstantSchedule(1)))
  }

  /// A network with random inputs and weights, of one hidden layer or several.
  public static func network(
    _ modelCase: ModelCase = .regularized, sizes: [Int], inputDimension: Int, hidden: [Int],
    hasBias: Bool = true, loss: any Loss = CrossEntropyLoss(), decay: WeightDecay = .none,
    jitter: Double = 0, seed: UInt64
  ) throws -> Problem {
    var random = RandomNumbers(seed)
    let inputs = random.matrix(inputDimension, sizes.reduce(0, +))
    let weights = zip([inputDimension] + hidden, hidden).map { random.matrix($1, $0 + 1) }
    return try network(
      modelCase, sizes: sizes, inputs: inputs, hidden: weights,
      prototypes: random.matrix(hidden[hidden.count - 1], sizes.count),
      bias: hasBias ? random.matrix(1, sizes.count).elements : nil, loss: loss, decay: decay,
      jitter: jitter)
  }
}
