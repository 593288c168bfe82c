import DynNumerics
import RealModule

/// How fast the noise of batches grows by itself and how long steps may be, beside full batches, at
/// constant learning rates.
public struct NoiseGrowth: Sendable, Equatable {
  /// How long steps may be.
  public enum StepBound: Sendable, Equatable {
    /// At most so long.
    case atMost(Double)
    /// No step is short enough, because the expected state does not decay and noise outgrows it.
    case noStep
    /// Every step will do.
    case everyStep
  }

  /// ln of the spectral radius of the map of second moments, per unit of time; nil where there are too
  /// many of them for it.
  public let rate: Double?
  /// 2 ln of the largest factor of the expected state in a step, per unit of time.
  public let meanRate: Double
  /// The steps with which noise decays, or at least grows no faster than the square of the expected
  /// state; nil where there are too many moments for it.
  public let largestStep: StepBound?
  /// The same of full batches.
  public let largestFullBatchStep: StepBound

  /// More second moments than this take too long.
  private static let dimensionLimit = 6000

  /// The growth of a map at learning rates; nil where a part that moves has none, or moments overflow.
  init?(
    _ map: some MomentMap, _ draw: BatchDraw, _ labels: LabelOperator, rates: RatePair,
    step: Double
  ) {
    let modes = DescentModes(draw, labels, rates: rates)
    meanRate = modes.squareRate(step)
    largestFullBatchStep = modes.largestStep
    guard draw.movesPrototypes else {
      // Noise in the features alone is multiplied by the factor of the expected state.
      (rate, largestStep) = (meanRate, largestFullBatchStep)
      return
    }
    guard rates.features > 0, rates.prototypes > 0 else { return nil }
    guard map.weights(rates).count <= Self.dimensionLimit else {
      (rate, largestStep) = (nil, nil)
      return
    }
    do throws(NumericsError) {
      let change = MomentChange(map, draw, rates: rates, length: step)
      rate = Double.log(onePlus: step * (try change.largestEigenpair().value)) / step
      largestStep =
        draw.batchSize == draw.sampleCount || !modes.areCoupled
        ? largestFullBatchStep : try Self.largestStep(map, draw, modes, rates)
    } catch {
      return nil
    }
  }

  /// The change of moments over a step, divided by its length, is symmetric and linear in that length:
  /// its largest eigenvalue is convex, and Newton's method falls to the last zero from the right.
  private static func largestStep(
    _ map: some MomentMap, _ draw: BatchDraw, _ modes: DescentModes, _ rates: RatePair
  ) throws(NumericsError) -> StepBound {
    guard modes.slowest > 0, case .atMost(var step) = modes.largestStep else { return .noStep }
    for _ in 0..<iterationLimit {
      let (value, vector) = try MomentChange(map, draw, rates: rates, length: step)
        .largestEigenpair()
      let half = MomentChange(map, draw, rates: rates, length: step / 2)
      let slope = 2 * (value - vector.dot(half.image(of: vector))) / step
      guard value > 0, slope > 0 else { break }
      step -= value / slope
      if value <= tolerance * slope * step { break }
    }
    return .atMost(step)
  }

  private static let iterationLimit = 60
  /// The relative accuracy of the largest step.
  private static let tolerance = 1e-12
}

/// The modes of full-batch descent at constant rates: a step of a length s multiplies each by 1 - s h.
private struct DescentModes {
  /// The smallest and the largest h.
  let slowest: Double
  let fastest: Double
  /// Whether features and prototypes drive each other at all.
  let areCoupled: Bool

  /// For a singular value sigma the h are the eigenvalues of
  /// [[eta_1 lambda_1, -r sigma], [-r sigma, eta_2 lambda_2]], r^2 = eta_1 eta_2.
  init(_ draw: BatchDraw, _ labels: LabelOperator, rates: RatePair) {
    let first = rates.features * draw.decay.features
    areCoupled = draw.movesPrototypes && labels.modes.largestValue > 0
    guard draw.movesPrototypes else {
      (slowest, fastest) = (first, first)
      return
    }
    let second = rates.prototypes * draw.decay.prototypes
    let product = rates.features * rates.prototypes
    let sigma = labels.modes.largestValue
    let gap = Double.hypot((first - second) / 2, product.squareRoot() * sigma)
    fastest = (first + second) / 2 + gap
    // The difference of the two would cancel near the critical decay.
    slowest =
      fastest > 0
      ? product * (draw.decay.features * draw.decay.prototypes - sigma * sigma) / fastest : 0
  }

  /// 2 ln max |1 - s h| per unit of time.
  func squareRate(_ step: Double) -> Double {
    [slowest, fastest].map { rate in
      let change = -step * rate
      return 2 * (change > -1 ? Double.log(onePlus: change) : Double.log(-1 - change)) / step
    }.reduce(-.infinity, max)
  }

  /// The step at which the fastest mode overshoots so far that it decays no more, or outgrows the mode
  /// that grows.
  var largestStep: NoiseGrowth.StepBound {
    let sum = fastest + min(slowest, 0)
    return sum > 0 ? .atMost(2 / sum) : .everyStep
  }
}
