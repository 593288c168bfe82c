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
  /// The state at time 0, samples sorted by class; in the reduced representation its features are
  /// the class parts A = H Q' (p x C).
  public let start: InitialState
  /// In the reduced representation the squared deviations from the class mean, summed over each
  /// class (C); nil where the samples themselves are kept.
  public let reducedScatter: [Double]?
  /// eta_1 and eta_2.
  public let rates: LearningRates

  /// Gathers a problem whose parts fit together.
  public init(
    modelCase: ModelCase, loss: any Loss, labels: LabelOperator, decay: WeightDecay = .none,
    rescalesLearningRate: Bool = false, kernel: (any TangentKernel)? = nil, initialState: State,
    rates: LearningRates
  ) {
    self.init(
      modelCase: modelCase, loss: loss, labels: labels, decay: decay,
      rescalesLearningRate: rescalesLearningRate, kernel: kernel, start: InitialState(initialState),
      rates: rates)
  }

  /// The same with an initial state that may be drawn, or reduced.
  public init(
    modelCase: ModelCase, loss: any Loss, labels: LabelOperator, decay: WeightDecay = .none,
    rescalesLearningRate: Bool = false, kernel: (any TangentKernel)? = nil, start: InitialState,
    reducedScatter: [Double]? = nil, rates: LearningRates
  ) {
    self.modelCase = modelCase
    self.loss = loss
    self.labels = labels
    self.decay = decay
    self.rescalesLearningRate = rescalesLearningRate
    self.kernel = kernel
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

  /// Whether a closed form exists: the loss is unhinged, and the rates are proportional or only the
  /// features move.
  public var hasClosedForm: Bool {
    loss.unhinged != nil && (rates.ratio != nil || !modelCase.movesPrototypes)
  }
}
