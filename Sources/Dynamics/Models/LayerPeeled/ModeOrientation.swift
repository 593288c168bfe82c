import RealModule

/// The eigenvectors of one mode's system a' = s (sigma w - lambda_1 a), w' = sigma a - lambda_2 w
/// (per unit of zeta_2).
///
/// With a = sqrt(s) x the system is symmetric, so its eigenvectors are a rotation by `angle`: no
/// division by the distance d of the exponents, hence no loss where they meet. This replaces the
/// cosh and sinh(x)/x of <doc:RegularisedFlow> and is equal to them.
struct ModeOrientation: Sendable {
  /// sqrt(s).
  let rootRatio: Double
  let cosine: Double
  let sine: Double
  /// m + d, the larger growth exponent.
  let upper: Double
  /// m - d.
  let lower: Double

  /// The orientation for a singular value and decays (lambda_1, lambda_2), rates in ratio s.
  init(singularValue sigma: Double, decay: WeightDecay, ratio s: Double) {
    rootRatio = s.squareRoot()
    let coupling = rootRatio * sigma
    let mean = -(s * decay.features + decay.prototypes) / 2
    let halfDifference = (decay.prototypes - s * decay.features) / 2
    let distance = Double.hypot(halfDifference, coupling)
    // Seen from the nearer axis, so that without coupling both are exactly 0 and 1.
    let angle = Double.atan2(y: coupling, x: abs(halfDifference)) / 2
    let (near, far) = (Double.cos(angle), Double.sin(angle))
    (cosine, sine) = halfDifference >= 0 ? (near, far) : (far, near)
    lower = mean - distance
    upper = Self.upperExponent(sigma, decay, s, mean: mean, distance: distance)
  }

  /// m + d; near the critical decay as s (sigma^2 - lambda_1 lambda_2)/(d - m), since the direct
  /// difference loses seven digits there.
  private static func upperExponent(
    _ sigma: Double, _ decay: WeightDecay, _ s: Double, mean: Double, distance: Double
  ) -> Double {
    guard distance - mean > 0 else { return 0 }
    let product = decay.features * decay.prototypes
    let productError = (-product).addingProduct(decay.features, decay.prototypes)
    let square = sigma * sigma
    let squareError = (-square).addingProduct(sigma, sigma)
    return s * ((square - product) + (squareError - productError)) / (distance - mean)
  }

  /// (a_0, w_0) on (xi_1, xi_2): a = sqrt(s)(cos xi_1 - sin xi_2), w = sin xi_1 + cos xi_2.
  var initialPair: ModePair { spectralPair(first: 1, second: 1) }

  private func spectralPair(first: Double, second: Double) -> ModePair {
    ModePair(
      features: [rootRatio * cosine * first, -rootRatio * sine * second],
      prototypes: [sine * first, cosine * second])
  }

  /// The block that multiplies xi_1 by `first` and xi_2 by `second`.
  ///
  /// - Parameter difference: first - second, where that is known better than by subtraction: at
  ///   early times nothing else moves the prototypes of a start without any.
  func block(first: Double, second: Double, difference: Double? = nil) -> ModeBlock {
    let turned = cosine * sine * (difference ?? first - second)
    let (c, s) = (cosine * cosine, sine * sine)
    return ModeBlock(
      start: ModePair(
        features: [c * first + s * second, rootRatio * turned],
        prototypes: [turned / rootRatio, s * first + c * second]),
      spectral: spectralPair(first: first, second: second))
  }

  /// The block of pairs along xi_2 alone: all that there is of them is multiplied by `second`.
  func block(alongSecond second: Double) -> ModeBlock {
    ModeBlock(start: second * .identity, spectral: spectralPair(first: 0, second: second))
  }

  /// How large (xi_1, xi_2) are of blocks a and w of given norms, before their terms cancel.
  func terms(ofNorms a: Double, _ w: Double) -> (Double, Double) {
    let x = a / rootRatio
    return (Double.hypot(cosine * x, sine * w), Double.hypot(cosine * w, sine * x))
  }
}
