public import DynNumerics
import Synchronization

/// The state at time 0, of which the features are held or drawn.
///
/// A run whose only solver moves the features has no use for a second copy of them: it lets go of
/// this one, and whoever asks later gets them drawn anew, the same to the last bit.
public final class InitialState: Sendable {
  /// W (p x C).
  public let prototypes: Matrix
  /// b (C), where the model has a bias.
  public let bias: [Double]?
  /// The weights of a network below H, where there is one.
  let hidden: [Matrix]
  /// The linear layers in the place of W, where there are any.
  let layers: [Matrix]
  private let held: Mutex<Matrix?>
  private let draw: @Sendable () -> Matrix
  private let isDrawn: Bool
  private let knownImbalance = Once<Double>()

  /// A state that is held.
  public init(_ state: State) {
    prototypes = state.prototypes
    bias = state.bias
    hidden = state.hidden
    layers = state.layers
    let features = state.features
    held = Mutex(features)
    draw = { features }
    isDrawn = false
  }

  /// A state whose features (p x n) are drawn: always the same ones.
  public init(prototypes: Matrix, bias: [Double]?, drawing draw: @escaping @Sendable () -> Matrix) {
    self.prototypes = prototypes
    self.bias = bias
    hidden = []
    layers = []
    held = Mutex(draw())
    self.draw = draw
    isDrawn = true
  }

  /// H (p x n).
  public var features: Matrix { held.withLock { $0 } ?? draw() }

  /// All of it.
  public var state: State {
    var state = State(
      features: features, prototypes: prototypes, bias: bias, hidden: hidden)
    state.layers = layers
    return state
  }

  /// How far H H' is from W W', of the size of the state; worked out once.
  var imbalance: Double { knownImbalance.value { state.imbalance } }

  /// Lets go of features that can be drawn again.
  func release() {
    if isDrawn { held.withLock { $0 = nil } }
  }
}
