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
  /// P_1, ..., P_L, of a network whose last activations H are; biases are the last columns.
  public var hidden: [Matrix]
  /// W_1, ..., W_L, where linear layers stand in the place of W; then W is (W_L...W_1)'.
  public var layers: [Matrix]

  /// Gathers the blocks.
  public init(
    features: Matrix, prototypes: Matrix, bias: [Double]? = nil, hidden: [Matrix] = []
  ) {
    self.features = features
    self.prototypes = prototypes
    self.bias = bias
    self.hidden = hidden
    layers = []
  }

  /// A state of features under linear layers W_1, ..., W_L.
  ///
  /// - Precondition: there is a layer, and each takes what the one before gives.
  public init(features: Matrix, layers: [Matrix], bias: [Double]? = nil) {
    self.init(features: features, prototypes: layers.product.transposed, bias: bias)
    self.layers = layers
  }

  /// The Frobenius norms of the blocks, without overflow or underflow. O(p(n + C)).
  public var norms: BlockNorms {
    BlockNorms(
      features: features.elements.norm, prototypes: prototypes.elements.norm,
      bias: bias?.norm ?? 0)
  }

  /// The state multiplied by a number.
  public func scaled(by factor: Double) -> State {
    var state = State(
      features: factor * features, prototypes: factor * prototypes,
      bias: bias?.map { factor * $0 }, hidden: hidden.map { factor * $0 })
    state.layers = layers.map { factor * $0 }
    return state
  }

  /// The state divided by a number, also where that number's inverse overflows.
  func divided(by unit: Double) -> State {
    var state = State(
      features: features.divided(by: unit), prototypes: prototypes.divided(by: unit),
      bias: bias?.map { $0 / unit }, hidden: hidden.map { $0.divided(by: unit) })
    state.layers = layers.map { $0.divided(by: unit) }
    return state
  }

  /// The blockwise difference of two states of one shape.
  public static func - (left: State, right: State) -> State {
    State(
      features: left.features - right.features, prototypes: left.prototypes - right.prototypes,
      bias: left.bias.map { zip($0, right.bias ?? []).map { $0 - $1 } },
      hidden: zip(left.hidden, right.hidden).map { $0 - $1 })
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

/// Norms of the blocks of a state; not their squares, whose digits a small block beside a large one
/// would lose.
public struct BlockNorms: Sendable, Equatable {
  /// |H|.
  public var features: Double
  /// |W|.
  public var prototypes: Double
  /// |b|.
  public var bias: Double

  /// |(H, W)|, without the bias.
  public var withoutBias: Double { Double.hypot(features, prototypes) }
  /// |(H, W, b)|.
  public var total: Double { Double.hypot(withoutBias, bias) }
}

extension State {
  /// Multiplies by e^x in two factors, so that the product is right where e^x alone overflows.
  fileprivate func scaledByExponential(of x: Double) -> State {
    let exponent = (x / Double.log(4)).rounded()
    guard abs(exponent) < 1000 else { return scaled(by: .exp(x / 2)).scaled(by: .exp(x / 2)) }
    let half = Double(sign: .plus, exponent: Int(exponent), significand: 1)
    return scaled(by: half).scaled(by: .scale(x - Double.log(half)))
  }
}
