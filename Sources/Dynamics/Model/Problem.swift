import DynNumerics

/// Everything that determines a trajectory: the model, its initial state and the learning rates.
public struct Problem: Sendable {
  /// Which variables move.
  public let modelCase: ModelCase
  /// What is minimised.
  public let loss: any Loss
  /// The label operator of loss, labels and class weights.
  public let labels: LabelOperator
  /// The regularisers.
  public let decay: WeightDecay
  /// Spherical case: whether the learning rate is multiplied by |h_i| (source A, section 4.3).
  public let rescalesLearningRate: Bool
  /// NTK-invariant case: the kernel.
  public let kernel: (any TangentKernel)?
  /// Perceptron: what the network is trained and tested on.
  public let network: NetworkInputs?
  /// The seed of what solvers draw, unless they have their own.
  public let seed: UInt64
  /// The saddle that the initial state is near, where it was placed there.
  public let saddle: SaddleStart?
  /// The state at time 0, samples sorted by class; in the reduced representation its features are
  /// the class parts A = H Q' (p x C).
  public let start: InitialState
  /// In the reduced representation the squared deviations from the class mean, summed over each
  /// class (C); nil where the samples themselves are kept.
  public let reducedScatter: [Double]?
  /// eta_1 and eta_2.
  public let rates: LearningRates
  /// What was found out about the given arrays that the user should know, a sentence each.
  public var notes: [String] = []

  /// Gathers a problem whose parts fit together.
  public init(
    modelCase: ModelCase, loss: any Loss, labels: LabelOperator, decay: WeightDecay = .none,
    rescalesLearningRate: Bool = false, kernel: (any TangentKernel)? = nil,
    network: NetworkInputs? = nil,
    seed: UInt64 = 1, saddle: SaddleStart? = nil, initialState: State, rates: LearningRates
  ) {
    self.init(
      modelCase: modelCase, loss: loss, labels: labels, decay: decay,
      rescalesLearningRate: rescalesLearningRate, kernel: kernel, network: network, seed: seed,
      saddle: saddle, start: InitialState(initialState), rates: rates)
  }

  /// The same with an initial state that may be drawn, or reduced.
  public init(
    modelCase: ModelCase, loss: any Loss, labels: LabelOperator, decay: WeightDecay = .none,
    rescalesLearningRate: Bool = false, kernel: (any TangentKernel)? = nil,
    network: NetworkInputs? = nil, seed: UInt64 = 1, saddle: SaddleStart? = nil,
    start: InitialState, reducedScatter: [Double]? = nil, rates: LearningRates
  ) {
    precondition((modelCase == .perceptron) == (network != nil), "a perceptron has inputs")
    self.modelCase = modelCase
    self.loss = loss
    self.labels = labels
    self.decay = decay
    self.rescalesLearningRate = rescalesLearningRate
    self.kernel = kernel
    self.network = network
    self.seed = seed
    self.saddle = saddle
    self.start = start
    self.reducedScatter = reducedScatter
    featureDimension = start.prototypes.rows
    self.rates = rates
  }

  /// p.
  public let featureDimension: Int
  /// The state at time 0.
  public var initialState: State { start.state }
  /// Whether only class parts and scatter are kept of the samples.
  public var isReduced: Bool { reducedScatter != nil }
  /// n.
  public var sampleCount: Int { labels.partition.sampleCount }
  /// C.
  public var classCount: Int { labels.partition.classCount }

  /// Whether the flow has an exact solution of any kind: the loss is unhinged, and the features are
  /// not those of a network.
  public var hasExactFlow: Bool { loss.unhinged != nil && modelCase != .perceptron }

  /// Whether a closed form exists: the loss is unhinged, and the rates are proportional or only the
  /// features move.
  public var hasClosedForm: Bool {
    hasExactFlow && (rates.ratio != nil || !modelCase.movesPrototypes)
  }
}
