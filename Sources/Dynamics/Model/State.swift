public import DynNumerics
import RealModule

/// The variables of the layer-peeled model at one time, samples sorted by class.
public struct State: Sendable, Equatable {
  /// H (p x n), a column a sample.
  public var features: Matrix
  /// W (p x C), a column a class.
  public var prototypes: Matrix
  /// b (C), where the model has a bias.
  public var bias: [Double]?
  /// P (p x (d + 1)), of a network whose activations H are; its bias is the last column.
  public var inputLayer: Matrix?
  /// W_1, ..., W_L, where linear layers stand in the place of W; then W is (W_L...W_1)'.
  public var layers: [Matrix]

  /// Gathers the blocks.
  public init(
    features: Matrix, prototypes: Matrix, bias: [Double]? = nil, inputLayer: Matrix? = nil
  ) {
    self.features = features
    self.prototypes = prototypes
    self.bias = bias
    self.inputLayer = inputLayer
    layers = []
  }

  /// A state of features under linear layers W_1, ..., W_L.
  ///
  /// - Precondition: there is a layer, and each takes what the one before gives.
  public init(features: Matrix, layers: [Matrix], bias: [Double]? = nil) {
    let product = layers.dropFirst().reduce(layers[0]) { $1.times($0) }
    self.init(features: features, prototypes: product.transposed, bias: bias)
    self.layers = layers
  }

  /// The squared Frobenius norms of the blocks. O(p(n + C)).
  public var squaredNorms: SquaredNorms {
    SquaredNorms(
      features: features.elements.sumOfSquares, prototypes: prototypes.elements.sumOfSquares,
      bias: bias?.sumOfSquares ?? 0)
  }

  /// The state multiplied by a number.
  public func scaled(by factor: Double) -> State {
    var state = State(
      features: factor * features, prototypes: factor * prototypes,
      bias: bias?.map { factor * $0 }, inputLayer: inputLayer.map { factor * $0 })
    state.layers = layers.map { factor * $0 }
    return state
  }

  /// The blockwise difference of two states of one shape.
  public static func - (left: State, right: State) -> State {
    State(
      features: left.features - right.features, prototypes: left.prototypes - right.prototypes,
      bias: left.bias.map { zip($0, right.bias ?? []).map { $0 - $1 } },
      inputLayer: left.inputLayer.flatMap { own in right.inputLayer.map { own - $0 } })
  }
}

/// A state times e^logScale, so that states beyond the range of a double keep their direction.
public struct ScaledState: Sendable, Equatable {
  /// The state in scaled form.
  public var state: State
  /// The natural logarithm of the common factor.
  public var logScale: Double

  /// A scaled state.
  public init(_ state: State, logScale: Double = 0) {
    self.state = state
    self.logScale = logScale
  }

  /// The state itself; entries beyond the range of a double are infinite or zero.
  public var unscaled: State {
    logScale == 0 ? state : state.scaledByExponential(of: logScale)
  }
}

/// Squared norms of the blocks of a state.
public struct SquaredNorms: Sendable, Equatable {
  /// |H|^2.
  public var features: Double
  /// |W|^2.
  public var prototypes: Double
  /// |b|^2.
  public var bias: Double

  /// |(H, W)|^2, without the bias.
  public var withoutBias: Double { features + prototypes }
  /// |(H, W, b)|^2.
  public var total: Double { features + prototypes + bias }
}

extension State {
  /// Multiplies by e^x in two halves, so that the product is right where e^x alone overflows.
  fileprivate func scaledByExponential(of x: Double) -> State {
    let half = Double.exp(x / 2)
    return scaled(by: half).scaled(by: half)
  }
}
