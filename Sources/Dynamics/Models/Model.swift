/// The parts that a model is composed of, and the family that they make it one of.
public struct Model: Sendable {
  /// The user's word for which variables move.
  public let modelCase: ModelCase
  /// Where features come from.
  public let features: any FeatureSource
  /// How they enter the logits.
  public let entry: any FeatureEntry
  /// What becomes of the prototypes.
  public let prototypes: any PrototypePart
  /// What is minimised.
  public let loss: any Loss
  /// The most special family that the model is one of.
  private(set) var family: any ModelFamily = GradientFamily()

  /// Composes a model of a case's parts.
  ///
  /// - Parameters:
  ///   - modelCase: the case.
  ///   - features: where features come from in the place of the case's own source.
  ///   - loss: what is minimised.
  ///   - rescalesLearningRate: whether the learning rate of each sample is multiplied by the norm that
  ///     the entry divides its feature by.
  ///   - hasLayers: whether linear layers stand in the place of trainable prototypes.
  public init(
    _ modelCase: ModelCase, features: (any FeatureSource)? = nil, loss: any Loss,
    rescalesLearningRate: Bool = false, hasLayers: Bool = false
  ) {
    self.modelCase = modelCase
    self.features = features ?? modelCase.features
    self.loss = loss
    entry = rescalesLearningRate ? modelCase.entry.rescalingLearningRate : modelCase.entry
    prototypes = hasLayers && modelCase.movesPrototypes ? LayeredPrototypes() : modelCase.prototypes
    family = ModelFamilies.of(self)
  }

  /// Whether the logits are bilinear in features and prototypes, all of which move: the layer-peeled
  /// model of any loss.
  public var isBilinear: Bool {
    features.areFree && !entry.normalizes && prototypes.areOneMatrix && prototypes.move
  }

  /// Whether features enter the logits as they are, and prototypes move too: what the closed-form
  /// geometries are about.
  public var hasGeometry: Bool {
    !entry.normalizes && prototypes.move && features.kernel == nil
  }

  /// Whether the flow moves class means and deviations from them on their own.
  public var reducesToClassMeans: Bool { family.reducesToClassMeans }

  /// What the variables that are integrated one by one belong to; nil where all depend on each other.
  public var blockKind: BlockLayout.Kind? { family.blockKind }

  /// Whether the flow has an exact solution of any kind, whatever the start.
  public var hasExactFlow: Bool { family.hasExactFlow(self) }

  /// Whether the exact solution, where there is one, knows states up to a rotation of the feature
  /// space only.
  public var solvesUpToRotation: Bool { family.solvesUpToRotation }

  /// Why gradient descent has no exact form, of models without an exact flow.
  var exactDescentRefusal: String {
    let reason =
      exactRefusal(squaredError: "with fixed prototypes (case anchored) only")?
      .replacing("a closed form", with: "exact descent")
      .replacing("closed form", with: "exact descent") ?? "there is no exact descent"
    return "\(reason): use \"form\": \"iterated\""
  }

  /// Why the flow has no exact solution of any kind; nil where it has one. Of a model that has one
  /// from some starts the problem says more.
  public var exactRefusal: String? {
    exactRefusal(
      squaredError: "with fixed prototypes (case anchored), or without normalisation from balanced "
        + "starts, only")
  }

  private func exactRefusal(squaredError models: String) -> String? {
    guard !hasExactFlow else { return nil }
    if let reason = features.exactRefusal ?? prototypes.exactRefusal { return reason }
    guard !loss.isLinear else {
      return "normalised features with prototypes that move have no closed form"
    }
    return loss.isSquaredError
      ? "squared error has a closed form \(models)" : "this loss has no closed form"
  }
}
