/// A symmetric 2 x 2 matrix on pairs (a, w).
struct PairMatrix: Sendable {
  var features: ExtendedNumber
  var mixed: ExtendedNumber
  var prototypes: ExtendedNumber

  /// B diag(x, y) B' for a block B = [features; prototypes] of a mode.
  init(features x: ExtendedNumber, prototypes y: ExtendedNumber, through block: ModeBlock) {
    let scale = ExtendedNumber(1, logScale: block.logScale)
    func product(_ u: SIMD2<Double>, _ v: SIMD2<Double>) -> ExtendedNumber {
      func entry(_ value: Double) -> ExtendedNumber { value * scale }
      return entry(u.x) * entry(v.x) * x + entry(u.y) * entry(v.y) * y
    }
    let (a, w) = (block.start.features, block.start.prototypes)
    (features, mixed, prototypes) = (product(a, a), product(a, w), product(w, w))
  }
}

/// How many vectors a_j and w_j the modes of one singular value have, times their p coordinates:
/// where there are more classes than groups of samples, or fewer, some modes have one of them only.
struct PairCount: Sendable {
  let features: Double
  let both: Double
  let prototypes: Double
}

/// The first two moments of what is quadratic in the pairs (a, w) of the modes of one singular value.
///
/// Each coordinate of each mode is a normal pair with one covariance S. A form x'Q x of such a pair
/// with mean m has the mean tr(Q S) + m'Q m and the variance 2 tr(Q S Q S) + 4 m'Q S Q m; the forms
/// of different coordinates and modes are independent. The means here are without m'Q m, which is the
/// form of the mean state.
struct PairMoments: Sendable {
  /// S.
  let covariance: PairMatrix
  /// m m', summed over coordinates and modes.
  let mean: PairMatrix
  let count: PairCount

  /// |a|^2: Q = [1, 0; 0, 0].
  var squaredNormFeatures: Moments {
    var moments = Moments.sumOfSquares(count.features, variance: covariance.features)
    moments.variance += 4 * (covariance.features * mean.features)
    return moments
  }

  /// |w|^2: Q = [0, 0; 0, 1].
  var squaredNormPrototypes: Moments {
    var moments = Moments.sumOfSquares(count.prototypes, variance: covariance.prototypes)
    moments.variance += 4 * (covariance.prototypes * mean.prototypes)
    return moments
  }

  /// |a|^2 + |w|^2: Q is the identity.
  var squaredNorm: Moments {
    var moments = squaredNormFeatures
    moments += squaredNormPrototypes
    moments.variance +=
      4 * count.both * covariance.mixed.squared + 8 * (covariance.mixed * mean.mixed)
    return moments
  }

  /// a'w: Q = [0, 1/2; 1/2, 0].
  var product: Moments {
    var variance =
      count.both * (covariance.features * covariance.prototypes + covariance.mixed.squared)
    variance += covariance.prototypes * mean.features
    variance += covariance.features * mean.prototypes
    variance += 2 * (covariance.mixed * mean.mixed)
    return Moments(mean: count.both * covariance.mixed, variance: variance)
  }
}
