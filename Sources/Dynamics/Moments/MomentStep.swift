/// The coefficients of one step of descent on a batch, as second moments see it (<doc:BatchNoise>).
///
/// With step sizes e_1, e_2, f_1 = 1 - e_1 lambda_1 and f_2 = 1 - e_2 lambda_2 a step is
///
///     h_i <- f_1 h_i + (e_1/b) x_i W m_k,      W <- f_2 W + (e_2/b) sum_i x_i h_i m_k'
struct MomentStep: Sendable {
  /// f_1^2, f_1 f_2 and f_2^2.
  private(set) var features: Double
  private(set) var mixed: Double
  private(set) var prototypes: Double
  /// f_1 e_1/n: prototypes pull features, seen in products of two features.
  private(set) var featurePull: Double
  /// f_2 e_1/n: the same in products of a feature and a prototype.
  private(set) var mixedPull: Double
  /// f_1 e_2/n: features pull prototypes, seen in products of a feature and a prototype.
  private(set) var mixedPush: Double
  /// f_2 e_2/n: the same in products of two prototypes.
  private(set) var prototypePush: Double
  /// e_1^2, e_1 e_2 and e_2^2 times the shares of what is drawn.
  let featureNoise: DrawShares
  let mixedNoise: DrawShares
  let prototypeNoise: DrawShares

  /// A step whose samples have random weights.
  init(_ sizes: RatePair, _ decay: WeightDecay, samples count: Int, shares: DrawShares) {
    let (first, second) = (
      1 - sizes.features * decay.features, 1 - sizes.prototypes * decay.prototypes
    )
    let (pull, push) = (
      sizes.features / Double(count), sizes.prototypes / Double(count)
    )
    (features, mixed, prototypes) = (first * first, first * second, second * second)
    (featurePull, mixedPull) = (first * pull, second * pull)
    (mixedPush, prototypePush) = (first * push, second * push)
    featureNoise = (sizes.features * sizes.features) * shares
    mixedNoise = (sizes.features * sizes.prototypes) * shares
    prototypeNoise = (sizes.prototypes * sizes.prototypes) * shares
  }

  /// What weights of expectation zero add: the terms of second order alone.
  static func deviation(
    _ sizes: RatePair, _ decay: WeightDecay, samples count: Int, shares: DrawShares
  ) -> MomentStep {
    var step = MomentStep(sizes, decay, samples: count, shares: shares)
    (step.features, step.mixed, step.prototypes) = (0, 0, 0)
    (step.featurePull, step.mixedPull, step.mixedPush, step.prototypePush) = (0, 0, 0, 0)
    return step
  }

  /// A step less the identity, without the cancellation of short steps.
  static func change(
    _ sizes: RatePair, _ decay: WeightDecay, samples count: Int, shares: DrawShares
  ) -> MomentStep {
    var step = MomentStep(sizes, decay, samples: count, shares: shares)
    let (first, second) = (
      sizes.features * decay.features, sizes.prototypes * decay.prototypes
    )
    step.features = first * (first - 2)
    step.mixed = first * second - first - second
    step.prototypes = second * (second - 2)
    return step
  }
}

extension DrawShares {
  fileprivate static func * (factor: Double, shares: DrawShares) -> DrawShares {
    DrawShares(same: factor * shares.same, pair: factor * shares.pair)
  }
}
