/// Which variables move and how features enter the logits: the user's word for a choice of parts.
public struct ModelCase: Sendable, Equatable {
  /// The word in scenarios.
  public let name: String
  /// What it means, in one line.
  public let summary: String
  /// Whether the logits are those of unit features.
  public let normalizesFeatures: Bool
  /// Whether the prototypes, and the bias with them, move.
  public let movesPrototypes: Bool
  /// Whether features move through a constant neural tangent kernel.
  public let hasKernel: Bool
  /// Whether weight decay on features that are variables is allowed.
  public let allowsFeatureDecay: Bool
  /// Whether weight decay on prototypes and bias is allowed.
  public let allowsPrototypeDecay: Bool

  private init(
    _ name: String, _ summary: String, normalizesFeatures: Bool = false,
    movesPrototypes: Bool = true, hasKernel: Bool = false, allowsFeatureDecay: Bool = false,
    allowsPrototypeDecay: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.normalizesFeatures = normalizesFeatures
    self.movesPrototypes = movesPrototypes
    self.hasKernel = hasKernel
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
    "anchored", "features move, prototypes stay", movesPrototypes: false, allowsFeatureDecay: true)
  /// The logits normalise the features; prototypes stay.
  public static let spherical = ModelCase(
    "spherical", "features enter the logits normalised, prototypes stay",
    normalizesFeatures: true, movesPrototypes: false)
  /// The logits normalise the features; prototypes and bias move.
  public static let normalized = ModelCase(
    "normalized", "features enter the logits normalised, prototypes and bias move",
    normalizesFeatures: true, allowsPrototypeDecay: true)
  /// Features move through a constant neural tangent kernel.
  public static let ntkInvariant = ModelCase(
    "ntk_invariant", "features move through a constant neural tangent kernel", hasKernel: true)

  /// Every case; a new one needs a line here and the parts that it names.
  public static let all: [ModelCase] = [
    unconstrained, regularized, anchored, spherical, normalized, ntkInvariant,
  ]

  /// The case of a name; nil where there is none.
  public static func named(_ name: String) -> ModelCase? { all.first { $0.name == name } }

  /// Whether the logits may have a bias.
  public var allowsBias: Bool { movesPrototypes && !hasKernel }

  /// Cases are what they are called.
  public static func == (left: ModelCase, right: ModelCase) -> Bool { left.name == right.name }
}
