/// Moments of a state around its mean, gathered from independent parts. Means are those of the
/// deviations alone, variances those of the whole.
struct CentralMoments {
  /// |H|^2.
  private(set) var features = Moments.zero
  /// |W|^2.
  private(set) var prototypes = Moments.zero
  /// |H|^2 + |W|^2.
  private(set) var state = Moments.zero
  private(set) var loss = Moments.zero
  /// The mean of |b|^2.
  private var bias = ExtendedNumber.zero

  /// The pairs of one singular value s: -s a'w of the loss.
  mutating func add(_ pairs: PairMoments, singularValue: Double) {
    features += pairs.squaredNormFeatures
    prototypes += pairs.squaredNormPrototypes
    state += pairs.squaredNorm
    loss += -singularValue * pairs.product
  }

  /// The squared norm of the deviations from class means, which the loss does not feel.
  mutating func add(withinClasses squaredNorm: Moments) {
    features += squaredNorm
    state += squaredNorm
  }

  /// A bias of independent entries: -c'b of the loss, c its drive.
  mutating func add(biasVariance: ExtendedNumber, drive: ExtendedNumber, classCount: Double) {
    bias += classCount * biasVariance
    loss.variance += biasVariance * drive.squared
  }

  /// The mean of the objective.
  func objective(_ decay: WeightDecay) -> ExtendedNumber {
    let penalty =
      decay.features * features.mean + decay.prototypes * prototypes.mean + decay.bias * bias
    return loss.mean + 0.5 * penalty
  }
}
