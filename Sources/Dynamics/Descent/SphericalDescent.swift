/// Exact gradient descent in the spherical case: it stays in every sample's plane, where
///
///     X += (e/n)|v|/r sin^2,   Y -= (e/n)|v|/r cos sin,   r = |h|
///
/// (theory section 5; without the 1/r with the rescaled learning rate). Norms grow: source A's eq. 84
/// is the same recurrence in other variables.
struct SphericalDescent: Evaluator {
  private let basis: SphericalBasis
  private var clock: DescentClock
  private var points: [PlanarPoint]

  init(basis: SphericalBasis, step: Double) {
    self.basis = basis
    clock = DescentClock(basis.problem.rates, step: step)
    points = basis.initialPoints
  }

  /// O(steps * n).
  mutating func snapshot(at time: Double) -> any Snapshot {
    while let size = clock.next(before: time) { descend(size) }
    return SphericalSnapshot(time: time, basis: basis, points: points)
  }

  private mutating func descend(_ size: RatePair) {
    let rescales = basis.problem.rescalesLearningRate
    for sample in points.indices {
      let speed = size.features * basis.speeds[basis.labels[sample]]
      points[sample].descend(speed: speed, rescales: rescales)
    }
  }

  /// The points after `end` and as many further steps, up to a limit, as it takes until no angle
  /// that still closes is above rounding.
  mutating func settledPoints(after end: Double) -> [PlanarPoint] {
    var size = RatePair(features: 0, prototypes: 0)
    while let next = clock.next(before: end) {
      descend(next)
      size = next
    }
    guard size.features > 0 else { return points }
    for _ in 0..<Self.settlingLimit {
      guard points.indices.contains(where: { basis.moves($0) && points[$0].isOpen }) else { break }
      descend(size)
    }
    return points
  }

  /// Steps beyond the end that the limit of the norms is worth.
  private static let settlingLimit = 100_000
}

extension PlanarPoint {
  /// Whether the angle is too large for the norm to have settled to rounding.
  var isOpen: Bool { x <= 0 || y > 1e-9 * x }

  /// One step of e |v|/n = `speed`.
  mutating func descend(speed: Double, rescales: Bool) {
    let square = x * x + y * y
    let factor = speed * y / (rescales ? square : square * square.squareRoot())
    (x, y) = (x + factor * y, y - factor * x)
  }
}
