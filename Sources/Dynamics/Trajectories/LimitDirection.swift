/// A direction in the space of (H, W) that a trajectory is predicted to approach.
public final class LimitDirection: Sendable {
  /// What the direction is made of.
  enum Form: Sendable {
    case modal(ModalBasis, PlainCoefficients)
    case spherical(SphericalBasis, radii: [Double])
    case state(State)
  }

  let form: Form
  private let cache = Once<State>()
  private let affineCache = Once<AffineState?>()

  init(_ form: Form) { self.form = form }

  /// The vector that gives the direction, with the length that its own formula gives it, relative to
  /// e^logUnit; formed when first asked for.
  public var vector: State {
    cache.value {
      switch form {
      case .modal(let basis, let coefficients): basis.state(coefficients).withoutBias
      case .spherical(let basis, let radii): basis.limitState(radii: radii)
      case .state(let state): state
      }
    }
  }

  /// The logarithm of what the initial state was divided by, and the vector with it.
  var logUnit: Double { if case .modal(let basis, _) = form { basis.logUnit } else { 0 } }

  /// The vector as an affine image of the initial state, where it is one.
  var affineState: AffineState? {
    affineCache.value {
      guard case .modal(let basis, let coefficients) = form else { return nil }
      return basis.affineState(coefficients)
    }
  }

  /// The direction as a state of norm 1.
  public var state: State {
    let vector = vector
    return vector.scaled(by: 1 / vector.norm)
  }
}

extension RatePair {
  /// The member that a clock reads.
  public subscript(clock: LimitPrediction.Clock) -> Double {
    clock == .features ? features : prototypes
  }
}

/// Where a trajectory's direction goes and how fast.
public struct LimitPrediction: Sendable {
  /// How the distance to the limit direction falls.
  public enum Approach: Sendable, Equatable {
    /// Like zeta^degree e^(-rate zeta), zeta the integral of the rate that `clock` names.
    case exponential(rate: Double, degree: Int)
    /// Like a power of 1/zeta.
    case algebraic(power: Double)
    /// The direction does not change at all.
    case immediate
    /// In finite time, as the state blows up.
    case atBlowUp
    /// No prediction, for the reason given.
    case unknown(String)
  }

  /// Which learning rate's integral the approach is measured in.
  public enum Clock: String, Sendable {
    /// zeta_1.
    case features = "zeta_h"
    /// zeta_2.
    case prototypes = "zeta_w"
  }

  /// The predicted limit of the direction; nil where none is predicted.
  public let direction: LimitDirection?
  /// The limit that is aligned with the labels whatever gamma is (Zbar of <doc:UnconstrainedFlow>); nil
  /// unless the classes are balanced and unweighted.
  public let alignedDirection: LimitDirection?
  /// (H_1^+, W_1^+), the projection of the initial state on the aligned growing subspace E_1^+ of
  /// source A; nil unless the classes are balanced and unweighted.
  public let projection: LimitDirection?
  /// How the limit is approached.
  public let approach: Approach
  /// The unit of the approach.
  public let clock: Clock
  /// The fastest growth exponent of the state per unit of the clock; negative when it decays.
  public let growthExponent: Double
  /// The reading of the clock from which the predicted rate shows undisturbed by faster-falling
  /// parts; nil where no rate is predicted.
  public let settledFrom: Double?
  /// The geometry that features and prototypes approach; nil where only directions are predicted.
  public var geometry: Deferred<CollapsedGeometry?>?
  /// When the flow's state blows up; nil where that is not predicted.
  public var blowUp: BlowUp?

  /// No prediction of the direction, for a reason, but perhaps one of the geometry.
  static func unknown(
    _ reason: String, geometry: Deferred<CollapsedGeometry?>? = nil
  ) -> LimitPrediction {
    LimitPrediction(
      direction: nil, alignedDirection: nil, projection: nil, approach: .unknown(reason),
      clock: .prototypes, growthExponent: 0, settledFrom: nil, geometry: geometry)
  }
}
