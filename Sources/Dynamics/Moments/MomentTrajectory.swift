import DynNumerics
import RealModule

/// Second moments along descent on batches, step by step.
protocol MomentRecursion: Sendable {
  /// Steps taken.
  var stepsTaken: Int { get }
  /// The squares of the expected state.
  var mean: MomentTotals { get }
  /// The expected squares of the deviations from it.
  var noise: MomentTotals { get }
  /// E|b - E b|^2; 0 without a bias.
  var biasNoise: Double { get }
  /// Takes all steps up to a time.
  ///
  /// - Throws: `SolverFailure` where one step leaves the range of a double.
  mutating func advance(to time: Double) throws(SolverFailure)
}

/// The moments of the expected state and of the deviations from it, which one map moves: the squares
/// of the former are the latter's source, so that noise is never a difference of squares.
///
/// Each is kept with a power of two of its own in the middle of the range of a double.
struct MomentTrajectory<Map: MomentMap>: MomentRecursion {
  private let map: Map
  private let draw: BatchDraw
  private var clock: DescentClock
  private var steps: BatchSteps
  private var expected: ScaledMoments<Map.Moments>
  private var deviation: ScaledMoments<Map.Moments>
  private(set) var biasNoise = 0.0
  private(set) var stepsTaken = 0

  /// The trajectory from a state that is known.
  init(_ map: Map, _ draw: BatchDraw, step: Double) {
    self.map = map
    self.draw = draw
    clock = DescentClock(draw.rates, step: step)
    steps = BatchSteps(RatePair(features: 0, prototypes: 0), draw)
    expected = ScaledMoments(moments: map.start)
    deviation = ScaledMoments(moments: 0 * map.start)
  }

  private func totals(_ scaled: ScaledMoments<Map.Moments>) -> MomentTotals {
    var totals = map.totals(of: scaled.moments)
    totals.logScale = Double(scaled.exponent) * Double.log(2) + 2 * draw.logUnit
    return totals
  }

  var mean: MomentTotals { totals(expected) }
  var noise: MomentTotals { totals(deviation) }

  mutating func advance(to time: Double) throws(SolverFailure) {
    while let sizes = clock.next(before: time) {
      let sizes = draw.effective(sizes)
      if sizes != steps.sizes { steps = BatchSteps(sizes, draw) }
      let source = ScaledMoments(
        moments: map.image(of: expected.moments, steps.source), exponent: expected.exponent)
      deviation.moments = map.image(of: deviation.moments, steps.batch)
      deviation.add(source)
      expected.moments = map.image(of: expected.moments, steps.mean)
      biasNoise = steps.biasFactor * biasNoise + steps.biasSource
      stepsTaken += 1
      guard expected.moveIntoRange(), deviation.moveIntoRange(), biasNoise.isFinite else {
        throw SolverFailure(
          "step \(clock.stepsTaken) multiplies the second moments beyond the range of a double: the step "
            + "is far too long; lower it or the learning rate")
      }
    }
  }
}

/// Moments times 2^exponent.
private struct ScaledMoments<Moments: SecondMoments>: Sendable {
  var moments: Moments
  var exponent = 0

  /// The exponents of two between which the largest moment is kept.
  private static var exponents: ClosedRange<Int> { -200...200 }

  mutating func add(_ other: ScaledMoments) {
    if exponent == other.exponent {
      moments = moments + other.moments
    } else if moments.largestMagnitude == 0 {
      self = other
    } else {
      let factor = Double(sign: .plus, exponent: other.exponent - exponent, significand: 1)
      moments = moments + factor * other.moments
    }
  }

  /// Moves the moments back to the middle of the range; false where one of them is not a number.
  mutating func moveIntoRange() -> Bool {
    let largest = moments.largestMagnitude
    guard largest.isFinite else { return false }
    guard largest > 0, !Self.exponents.contains(Int(largest.exponent)) else { return true }
    let shift = Int(largest.exponent)
    moments = Double(sign: .plus, exponent: -shift, significand: 1) * moments
    exponent += shift
    return true
  }
}

/// The coefficients of one step, of all that is moved.
private struct BatchSteps: Sendable {
  let sizes: RatePair
  let batch: MomentStep
  let mean: MomentStep
  let source: MomentStep
  let biasFactor: Double
  let biasSource: Double

  init(_ sizes: RatePair, _ draw: BatchDraw) {
    self.sizes = sizes
    let count = draw.sampleCount
    func step(_ shares: DrawShares) -> MomentStep {
      MomentStep(sizes, draw.decay, samples: count, shares: shares)
    }
    batch = step(.batch(draw.batchSize, of: count))
    mean = step(.mean(of: count))
    source = .deviation(
      sizes, draw.decay, samples: count, shares: .deviation(draw.batchSize, of: count))
    let factor = 1 - sizes.prototypes * draw.decay.bias
    biasFactor = factor * factor
    biasSource = sizes.prototypes * sizes.prototypes * draw.biasVariance
  }
}
