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

extension Momentum {
  /// Where one step of a variable goes, and its new velocity: `pull` is minus the gradient, or the
  /// gradient where the step goes against it.
  func direction<Vector: InertialVector>(_ velocity: inout Vector, pull: Vector) -> Vector {
    velocity = factor * velocity + pull
    return isNesterov ? pull + factor * velocity : velocity
  }
}

/// What a velocity can be: a number or a pair of numbers.
protocol InertialVector {
  static var zero: Self { get }
  static func + (left: Self, right: Self) -> Self
  static func * (factor: Double, vector: Self) -> Self
}

extension Double: InertialVector {}
extension SIMD2<Double>: InertialVector {}
