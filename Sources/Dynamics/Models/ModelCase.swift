/// The user's word for which variables move and how features enter the logits: a choice of parts.
public struct ModelCase: Sendable, Equatable {
  /// The word in scenarios.
  public let name: String
  /// What it means, in one line.
  public let summary: String
  /// Where features come from, unless a scenario gives a kernel or a network.
  public let features: any FeatureSource
  /// How features enter the logits.
  public let entry: any FeatureEntry
  /// What becomes of the prototypes, and of the bias with them.
  public let prototypes: any PrototypePart
  /// Whether weight decay on features that are variables is allowed.
  public let allowsFeatureDecay: Bool
  /// Whether weight decay on prototypes and bias is allowed.
  public let allowsPrototypeDecay: Bool

  private init(
    _ name: String, _ summary: String, features: any FeatureSource = FreeFeatures(),
    entry: any FeatureEntry = PlainEntry(), prototypes: any PrototypePart = TrainablePrototypes(),
    allowsFeatureDecay: Bool = false, allowsPrototypeDecay: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.features = features
    self.entry = entry
    self.prototypes = prototypes
    self.allowsFeatureDecay = allowsFeatureDecay
    self.allowsPrototypeDecay = allowsPrototypeDecay
  }

  /// Features, prototypes and bias move freely.
  public static let unconstrained = ModelCase(
    "unconstrained", "features, prototypes and bias move freely")
  /// The same with weight decay.
  public static let regularized = ModelCase(
    "regularized", "the same with weight decay", allowsFeatureDecay: true,
    allowsPrototypeDecay: true)
  /// Features move, prototypes stay.
  public static let anchored = ModelCase(
    "anchored", "features move, prototypes stay", prototypes: FixedPrototypes(),
    allowsFeatureDecay: true)
  /// The logits normalise the features; prototypes stay.
  public static let spherical = ModelCase(
    "spherical", "features enter the logits normalised, prototypes stay",
    entry: NormalizedEntry(), prototypes: FixedPrototypes())
  /// The logits normalise the features; prototypes and bias move.
  public static let normalized = ModelCase(
    "normalized", "features enter the logits normalised, prototypes and bias move",
    entry: NormalizedEntry(), allowsPrototypeDecay: true)
  /// Features move through a constant neural tangent kernel.
  public static let ntkInvariant = ModelCase(
    "ntk_invariant", "features move through a constant neural tangent kernel",
    features: KernelFeatures())

  /// Every case; a new one needs a line here and the parts that it names.
  public static let all: [ModelCase] = [
    unconstrained, regularized, anchored, spherical, normalized, ntkInvariant,
  ]

  /// The case of a name; nil where there is none.
  public static func named(_ name: String) -> ModelCase? { all.first { $0.name == name } }

  /// Whether the logits are those of unit features.
  public var normalizesFeatures: Bool { entry.normalizes }
  /// Whether the prototypes, and the bias with them, move.
  public var movesPrototypes: Bool { prototypes.move }
  /// Whether features move through a constant neural tangent kernel.
  public var hasKernel: Bool { features.kernel != nil }
  /// Whether the logits may have a bias.
  public var allowsBias: Bool { movesPrototypes && !hasKernel }

  /// Cases are what they are called.
  public static func == (left: ModelCase, right: ModelCase) -> Bool { left.name == right.name }
}
