/// The inertia of gradient descent: v <- momentum v + g, z <- z - e v, or with Nesterov's look-ahead
/// z <- z - e (g + momentum v), g the gradient and e the step size; v starts at zero.
public struct Momentum: Sendable, Equatable {
  /// The share of the velocity that a step keeps; 0 is plain descent.
  public let factor: Double
  /// Whether the step looks ahead.
  public let isNesterov: Bool

  /// No inertia.
  public static let none = Momentum(factor: 0, isNesterov: false)

  /// An inertia, from 0 to below 1.
  public init(factor: Double, isNesterov: Bool) {
    self.factor = factor
    self.isNesterov = isNesterov
  }
}
