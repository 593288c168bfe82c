extension Problem {
  /// The objective as a function of all variables; nil where ``landscapeRefusal`` says why not.
  public var landscape: (any Landscape)? {
    guard landscapeRefusal == nil else { return nil }
    guard modelCase == .perceptron else { return LayerPeeledLandscape(self) }
    return network.map { PerceptronLandscape(self, network: $0) }
  }

  /// Why the objective is not a function of free variables; nil where it is one.
  public var landscapeRefusal: LandscapeRefusal? {
    isReduced ? .reduced : LandscapeRefusal(modelCase, hasLayers: !initialState.layers.isEmpty)
  }
}

/// Why a problem's objective is not a function of free variables, which spectra and
/// sharpness-aware steps need.
public struct LandscapeRefusal: Sendable, Equatable {
  /// The key of the scenario that decides it.
  public let key: String
  /// Continues "is not offered".
  public let reason: String
  /// What to do about it.
  public let remedy: String

  /// The samples are not kept.
  public static let reduced = LandscapeRefusal(
    key: "model.representation", reason: "in the reduced representation, which keeps no samples",
    remedy: "set model.representation to \"full\"")

  /// The refusal of a model; nil where it has a landscape.
  public init?(_ modelCase: ModelCase, hasLayers: Bool) {
    switch modelCase {
    case .unconstrained, .regularized:
      guard hasLayers else { return nil }
      self.init(
        key: "model.layers", reason: "with linear layers (model.layers)",
        remedy: "leave model.layers out")
    case .perceptron: return nil
    case .anchored, .spherical, .ntkInvariant:
      self.init(
        key: "model.case", reason: "for the case \(modelCase.rawValue)",
        remedy: "set model.case to unconstrained, regularized or perceptron")
    }
  }

  private init(key: String, reason: String, remedy: String) {
    self.key = key
    self.reason = reason
    self.remedy = remedy
  }
}
