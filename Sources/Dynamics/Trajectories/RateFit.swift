import DynNumerics
import RealModule

/// A straight line through ln(distance) against zeta.
public struct RateFit: Sendable, Equatable {
  /// The fitted rate: minus the slope, per unit of zeta.
  public let rate: Double
  /// The number of points used.
  public let pointCount: Int

  /// The least-squares line through the last half of the points that lie above rounding noise and
  /// have begun to fall; nil with fewer than four of them.
  public init?(distances: [Double], zeta: [Double]) {
    let first = distances.first { $0.isFinite } ?? 0
    let usable = zip(distances, zeta).filter {
      $0.0.isFinite && $0.0 > 1e-11 && $0.0 < 0.5 * first
    }
    self.init(points: Array(usable.suffix((usable.count + 1) / 2)))
  }

  /// The least-squares line through given points.
  public init?(points: [(distance: Double, zeta: Double)]) {
    guard points.count >= 4 else { return nil }
    let logarithms = points.map { Double.log($0.distance) }
    let count = Double(points.count)
    let means = (points.map(\.zeta).sum / count, logarithms.sum / count)
    var (covariance, variance) = (0.0, 0.0)
    for (point, logarithm) in zip(points, logarithms) {
      covariance += (point.zeta - means.0) * (logarithm - means.1)
      variance += (point.zeta - means.0) * (point.zeta - means.0)
    }
    guard variance > 0 else { return nil }
    rate = -covariance / variance
    pointCount = points.count
  }
}
