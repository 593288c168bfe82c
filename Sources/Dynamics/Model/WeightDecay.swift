/// The factors lambda of the terms lambda/2 |.|^2 in the objective.
public struct WeightDecay: Sendable, Equatable {
  /// lambda_1, of H.
  public var features: Double
  /// lambda_2, of W.
  public var prototypes: Double
  /// Of b.
  public var bias: Double

  /// No decay.
  public static let none = WeightDecay(features: 0, prototypes: 0, bias: 0)

  /// Decay of each block.
  public init(features: Double, prototypes: Double, bias: Double) {
    self.features = features
    self.prototypes = prototypes
    self.bias = bias
  }
}
