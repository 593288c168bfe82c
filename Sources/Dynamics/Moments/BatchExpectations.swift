import DynNumerics
import RealModule

/// Expectations over the batches of descent at one time: those of the expected state, and of the
/// squares of deviations from it.
struct BatchExpectations {
  private let mean: any Snapshot
  private let expected: MomentTotals
  private let deviation: MomentTotals
  private let biasNoise: Double
  /// The logarithm of the unit of norms.
  private let logScale: Double

  /// The observables that have a value here.
  static let observables: [Observable] = [
    .loss, .objective, .squaredNormFeatures, .squaredNormPrototypes, .squaredNormState, .noiseShare,
  ]

  /// Noise that is this much larger than the expected state, as a logarithm, gives the scale.
  private static let largestGap = 300.0

  /// Expectations of a step of a recursion whose expected state is known.
  init(of mean: any Snapshot, _ recursion: some MomentRecursion) {
    self.mean = mean
    expected = recursion.mean
    deviation = recursion.noise
    biasNoise = recursion.biasNoise
    let size = max(0, deviation.features) + max(0, deviation.prototypes)
    let logNoise = (deviation.logScale + Double.log(size)) / 2
    logScale = logNoise - mean.logScale > Self.largestGap ? logNoise : mean.logScale
  }

  /// The value of every observable that has one. O(C^2).
  var values: ExpectedValues {
    let (mean, noise) = (meanNorms, noiseNorms)
    let objective = objective()
    return ExpectedValues(
      time: self.mean.time,
      [
        (.loss, objective.loss), (.objective, objective.objective),
        (.squaredNormFeatures, square(mean.features, noise.features)),
        (.squaredNormPrototypes, square(mean.prototypes, noise.prototypes)),
        (.squaredNormState, square(mean.withoutBias, noise.withoutBias)),
        (.noiseShare, share(of: noise.withoutBias, beside: mean.withoutBias)),
      ])
  }

  /// The norms of the expected state.
  private var meanNorms: BlockNorms {
    let (norms, factor) = (mean.norms(), Double.scale(mean.logScale - logScale))
    guard factor != 1 else { return norms }
    return BlockNorms(
      features: factor * norms.features, prototypes: factor * norms.prototypes,
      bias: factor * norms.bias)
  }

  /// The square roots of expected squares of deviations.
  private var noiseNorms: BlockNorms {
    let factor = Double.scale(deviation.logScale / 2 - logScale)
    func root(_ square: Double) -> Double { factor * max(0, square).squareRoot() }
    return BlockNorms(
      features: root(deviation.features), prototypes: root(deviation.prototypes), bias: 0)
  }

  /// E|X|^2 from the norm of E X and the root of E|X - E X|^2; infinite where it overflows.
  private func square(_ mean: Double, _ noise: Double) -> Double {
    let root = ScaledNumber(value: Double.hypot(mean, noise), logScale: logScale).relative(to: 0)
    return root * root
  }

  private func share(of noise: Double, beside mean: Double) -> Double {
    let root = noise / Double.hypot(mean, noise)
    return root * root
  }

  /// Noise adds -E<M, dW'dH> to the loss, and its squares to the regularisers.
  private func objective() -> ObjectiveParts {
    let decay = mean.problem.decay
    func unscaled(_ value: Double) -> Double {
      ScaledNumber(value: value, logScale: deviation.logScale).relative(to: 0)
    }
    func penalty(_ totals: MomentTotals) -> Double {
      (decay.features * totals.features + decay.prototypes * totals.prototypes) / 2
    }
    var parts = mean.objective()
    parts.loss -= unscaled(deviation.coupling)
    parts.objective +=
      unscaled(penalty(deviation) - deviation.coupling) + decay.bias * biasNoise / 2
    // Where both overflow with different signs their sum is known in scaled form.
    if parts.loss.isNaN { parts.loss = unscaled(-expected.coupling - deviation.coupling) }
    if parts.objective.isNaN {
      parts.objective = unscaled(
        penalty(expected) + penalty(deviation) - expected.coupling - deviation.coupling)
    }
    return parts
  }
}
