import DynNumerics

/// Everything that determines a trajectory: the model, its initial state and the learning rates.
public struct Problem: Sendable {
  /// What moves, and how it becomes logits and loss.
  public let model: Model
  /// The label operator of loss, labels and class weights.
  public let labels: LabelOperator
  /// The regularisers.
  public let decay: WeightDecay
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
  public var rates: LearningRates
  /// How the initial state was drawn.
  public var distribution = StartDistribution.given
  /// The velocity of descent with momentum at the start; nil for rest.
  public var velocity: State?
  /// Whether the start goes on from another run, whose velocity is to be known where there was one.
  public var continuesRun = false
  /// What changes at later times.
  public var laterPhases: [Phase] = []
  /// What was found out about the given arrays that the user should know, a sentence each.
  public var notes: [String] = []

  /// Gathers a problem whose parts fit together.
  public init(
    modelCase: ModelCase, loss: any Loss, labels: LabelOperator, decay: WeightDecay = .none,
    rescalesLearningRate: Bool = false, features: (any FeatureSource)? = nil,
    seed: UInt64 = 1, initialState: State, rates: LearningRates
  ) {
    self.init(
      model: Model(
        modelCase, features: features, loss: loss, rescalesLearningRate: rescalesLearningRate,
        hasLayers: !initialState.layers.isEmpty),
      labels: labels, decay: decay, seed: seed, start: InitialState(initialState), rates: rates)
  }

  /// The same of a composed model, with an initial state that may be drawn, or reduced.
  public init(
    model: Model, labels: LabelOperator, decay: WeightDecay = .none, seed: UInt64 = 1,
    saddle: SaddleStart? = nil, start: InitialState, reducedScatter: [Double]? = nil,
    rates: LearningRates
  ) {
    self.model = model
    self.labels = labels
    self.decay = decay
    self.seed = seed
    self.saddle = saddle
    self.start = start
    self.reducedScatter = reducedScatter
    featureDimension = start.prototypes.rows
    self.rates = rates
  }

  /// The same problem from another start.
  public func starting(
    from start: InitialState, near saddle: SaddleStart? = nil, reducedScatter: [Double]? = nil
  ) -> Problem {
    var problem = Problem(
      model: model, labels: labels, decay: decay, seed: seed, saddle: saddle, start: start,
      reducedScatter: reducedScatter, rates: rates)
    problem.notes = notes
    return problem
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
  public var classCount: Int { labels.classCount }

  /// What is minimised.
  public var loss: any Loss { model.loss }
  /// What a network is trained and tested on, where the features are one's.
  public var network: NetworkInputs? { model.features.network }
  /// The user's word for which variables move.
  public var modelCase: ModelCase { model.modelCase }
  /// The tangent kernel that features move through; the identity where they move on their own.
  public var kernel: any TangentKernel { model.features.kernel ?? KroneckerKernel.identity }
  /// Whether the logits are those of unit features.
  public var normalizesFeatures: Bool { model.entry.normalizes }
  /// Whether the prototypes move.
  public var movesPrototypes: Bool { model.prototypes.move }

  /// Why the flow has no exact solution of any kind from this start at these rates; nil where it has.
  public var exactRefusal: String? {
    model.family.exactRefusal(of: self)
      ?? laterPhases.lazy.compactMap { $0.outline.exactRefusal }.first
  }

  /// Whether the flow has an exact solution of any kind.
  public var hasExactFlow: Bool { exactRefusal == nil }

  /// Whether the loss follows from class sums of features that are variables: it is unhinged.
  var isLinearInLogits: Bool {
    loss.isLinear && network == nil && model.prototypes.areOneMatrix
  }

  /// Whether a closed form exists: the flow has an exact solution, and the rates are proportional or
  /// only the features move.
  public var hasClosedForm: Bool {
    hasExactFlow && ratesAllowClosedForm && laterPhases.allSatisfy { $0.outline.hasClosedForm }
  }

  /// Whether the learning rates are proportional, or only the features move.
  var ratesAllowClosedForm: Bool { rates.ratio != nil || !movesPrototypes }

  /// The gradient flow of the problem.
  public var flow: any Flow { flow(threads: 1) }

  /// The same for several threads, where its variables do not fall into blocks.
  func flow(threads: Int) -> any Flow { model.family.flow(of: self, threads: threads) }
}
