import DynNumerics

/// The factors lambda of the terms lambda/2 |.|^2 in the objective.
public struct WeightDecay: Sendable, Equatable {
  /// lambda_1, of H; of a network's hidden weights and biases, where there are any.
  public var features: Double
  /// lambda_2, of W.
  public var prototypes: Double
  /// Of b.
  public var bias: Double
  /// lambda of W_1, ..., W_L, where layers stand in the place of W.
  public var layers: [Double]

  /// No decay.
  public static let none = WeightDecay(features: 0, prototypes: 0, bias: 0)

  /// Decay of each block.
  public init(features: Double, prototypes: Double, bias: Double, layers: [Double] = []) {
    self.features = features
    self.prototypes = prototypes
    self.bias = bias
    self.layers = layers
  }

  /// No decay of as many blocks.
  var removed: WeightDecay {
    WeightDecay(features: 0, prototypes: 0, bias: 0, layers: layers.map { _ in 0 })
  }

  /// The sum of the terms lambda/2 |.|^2 at a state.
  func penalty(_ state: State) -> Double {
    let weights =
      state.layers.isEmpty
      ? prototypes * state.prototypes.elements.sumOfSquares
      : zip(layers, state.layers).map { $0 * $1.elements.sumOfSquares }.sum
    let below =
      state.hidden.isEmpty
      ? state.features.elements.sumOfSquares
      : state.hidden.map(\.elements.sumOfSquares).sum
    return (features * below + weights + bias * (state.bias?.sumOfSquares ?? 0)) / 2
  }
}
