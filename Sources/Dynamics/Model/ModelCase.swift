/// Which variables move and how they are constrained.
public enum ModelCase: String, Sendable, CaseIterable {
  /// Features, prototypes and bias move freely.
  case unconstrained
  /// The same with weight decay.
  case regularized
  /// Features move, prototypes stay.
  case anchored
  /// Features move on spheres: the logits normalise them; prototypes stay.
  case spherical
  /// Features move through a constant neural tangent kernel.
  case ntkInvariant = "ntk_invariant"
  /// A network with one hidden layer moves; its activations are the features.
  case perceptron

  /// Whether rows of (H, W) obey linear equations on their own, so that class means are enough.
  public var isLinear: Bool { self == .unconstrained || self == .regularized || self == .anchored }
  /// Whether the prototypes move.
  public var movesPrototypes: Bool { self != .anchored && self != .spherical }
  /// Whether a bias is allowed.
  public var allowsBias: Bool { [.unconstrained, .regularized, .perceptron].contains(self) }
  /// Whether weight decay on the features is allowed.
  public var allowsFeatureDecay: Bool { [.regularized, .anchored, .perceptron].contains(self) }
  /// Whether weight decay on the prototypes is allowed.
  public var allowsPrototypeDecay: Bool { self == .regularized || self == .perceptron }
}
