/// Second moments of features and prototypes, up to the symmetries of the problem: a linear space.
protocol SecondMoments: Sendable {
  static func + (left: Self, right: Self) -> Self
  static func * (factor: Double, moments: Self) -> Self
  /// The largest absolute value; nan where one is.
  var largestMagnitude: Double { get }
}

/// How steps of descent on batches move second moments.
protocol MomentMap: Sendable {
  associatedtype Moments: SecondMoments
  /// Those of the initial state.
  var start: Moments { get }
  /// The moments after a step.
  func image(of moments: Moments, _ step: MomentStep) -> Moments
  /// The sums that observables are made of.
  func totals(of moments: Moments) -> MomentTotals
  /// The moments as numbers, each of two that are equal by symmetry once.
  func entries(of moments: Moments) -> [Double]
  /// The moments of such numbers.
  func moments(ofEntries entries: [Double]) -> Moments
  /// What entries are multiplied by so that they are coordinates of Z'Z, each block divided by the
  /// square roots of its learning rates, in an orthonormal basis: there the map is symmetric.
  func weights(_ rates: RatePair) -> [Double]
}

/// E|H|^2, E|W|^2 and E<M, W'H>, or parts of them, times e^logScale.
struct MomentTotals: Sendable, Equatable {
  var features: Double
  var prototypes: Double
  var coupling: Double
  var logScale = 0.0
}
