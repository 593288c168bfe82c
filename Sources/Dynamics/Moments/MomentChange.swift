import DynNumerics

/// (T - I)/step for the map T of second moments over a step, in coordinates in which it is symmetric:
/// steps S on the state are symmetric where features and prototypes are divided by the square roots of
/// their learning rates, and T is the expectation of G -> S'G S.
struct MomentChange<Map: MomentMap>: SymmetricOperator {
  private let map: Map
  private let step: MomentStep
  private let length: Double
  private let weights: [Double]

  /// The change over a step of a length at learning rates that are both positive.
  init(_ map: Map, _ draw: BatchDraw, rates: RatePair, length: Double) {
    self.map = map
    self.length = length
    step = .change(
      RatePair(features: length * rates.features, prototypes: length * rates.prototypes),
      draw.decay, samples: draw.sampleCount,
      shares: .batch(draw.batchSize, of: draw.sampleCount))
    weights = map.weights(rates)
  }

  /// 7 for exchangeable classes, else about (K + C)^2/2.
  var dimension: Int { weights.count }

  func image(of vector: [Double]) -> [Double] {
    let moments = map.moments(ofEntries: zip(vector, weights).map { $0 / $1 })
    let image = map.entries(of: map.image(of: moments, step))
    return zip(image, weights).map { $0 * $1 / length }
  }

  /// Up to this dimension all eigenvalues are computed.
  private static var denseLimit: Int { 80 }

  /// The largest eigenvalue and its vector: that of positive moments, which decides the spectral radius.
  ///
  /// - Throws: `NumericsError` where products are not finite.
  func largestEigenpair() throws(NumericsError) -> (value: Double, vector: [Double]) {
    guard dimension > Self.denseLimit else {
      let all = try matrix.symmetricEigendecomposition()
      let last = dimension - 1
      return (all.values[last], all.vectors.column(last))
    }
    let pair = try ExtremeEigenvalues(self).largest
    return (pair.value, pair.vector)
  }
}
