import RealModule

/// Exact gradient descent in the spherical case: it stays in every sample's plane, where
///
///     X += (e/n)|v|/r sin^2,   Y -= (e/n)|v|/r cos sin,   r = |h|
///
/// (<doc:SphericalFeatures>; without the 1/r with the rescaled learning rate). Norms grow: source A's eq. 84
/// is the same recurrence in other variables.
struct SphericalDescent: Evaluator {
  private let basis: SphericalBasis
  private var clock: DescentClock
  private var x: [Double]
  private var y: [Double]
  /// |v_y|/n of every sample.
  private let speeds: [Double]

  init(basis: SphericalBasis, step: Double) {
    self.basis = basis
    clock = DescentClock(basis.problem.rates, step: step)
    let points = basis.initialPoints
    x = points.map(\.x)
    y = points.map(\.y)
    speeds = basis.labels.map { basis.speeds[$0] }
  }

  private var points: [PlanarPoint] { x.indices.map { PlanarPoint(x: x[$0], y: y[$0]) } }

  /// O(steps * n).
  mutating func snapshot(at time: Double) -> any Snapshot {
    while let size = clock.next(before: time) { descend(size.features) }
    return SphericalSnapshot(time: time, basis: basis, points: points)
  }

  private mutating func descend(_ size: Double) {
    Self.descend(&x, &y, speeds, size, rescales: basis.rescalesLearningRate)
  }

  private static func descend(
    _ x: inout [Double], _ y: inout [Double], _ speeds: [Double], _ size: Double, rescales: Bool
  ) {
    let speeds = speeds.span
    var xs = x.mutableSpan
    var ys = y.mutableSpan
    for sample in speeds.indices {
      var point = PlanarPoint(x: xs[sample], y: ys[sample])
      point.descend(size: size, speed: speeds[sample], rescales: rescales)
      xs[sample] = point.x
      ys[sample] = point.y
    }
  }

  /// The points after `end` and as many further steps, up to a limit, as it takes until no angle
  /// that still closes is above rounding.
  mutating func settledPoints(after end: Double) -> [PlanarPoint] {
    var size = 0.0
    while let next = clock.next(before: end) {
      descend(next.features)
      size = next.features
    }
    guard size > 0 else { return points }
    for step in 0..<Self.settlingLimit {
      if step.isMultiple(of: 64), !hasOpenAngles { break }
      descend(size)
    }
    return points
  }

  private var hasOpenAngles: Bool {
    x.indices.contains { basis.moves($0) && PlanarPoint(x: x[$0], y: y[$0]).isOpen }
  }

  /// Steps beyond the end that the limit of the norms is worth.
  private static let settlingLimit = 100_000
}

extension PlanarPoint {
  /// Whether the angle is too large for the norm to have settled to rounding.
  var isOpen: Bool { x <= 0 || y > 1e-9 * x }

  /// One step of a size e at |v|/n = `speed`.
  @inline(__always)
  mutating func descend(size: Double, speed: Double, rescales: Bool) {
    let square = x * x + y * y
    guard Self.rangeOfSquares.contains(square) else {
      return descendFarFromOne(size: size, speed: speed, rescales: rescales)
    }
    let factor = size * speed * y / (rescales ? square : square * square.squareRoot())
    (x, y) = (x + factor * y, y - factor * x)
  }

  /// The same where the square of the radius leaves the range of a double.
  @inline(never)
  private mutating func descendFarFromOne(size: Double, speed: Double, rescales: Bool) {
    let radius = Double.hypot(x, y)
    guard radius > 0 else { return }
    let (cosine, sine) = (x / radius, y / radius)
    let length = size * (rescales ? speed * sine : speed / radius * sine)
    (x, y) = (x + length * sine, y - length * cosine)
  }
}
