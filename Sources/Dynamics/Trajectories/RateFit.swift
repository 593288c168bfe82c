import DynNumerics
import RealModule

/// A straight line through ln(distance/zeta^degree) against zeta.
public struct RateFit: Sendable, Equatable {
  /// The fitted rate: minus the slope, per unit of zeta.
  public let rate: Double
  /// The number of points used.
  public let pointCount: Int

  /// The line through the points from a reading of the clock on that lie above rounding noise;
  /// nil with fewer than four of them, or when they span less than one e-fold.
  public init?(distances: [Double], zeta: [Double], from settled: Double, degree: Int = 0) {
    let points = zip(distances, zeta).filter { $0.0.isFinite && $0.0 > 1e-10 && $0.1 >= settled }
    let usable = points.map(\.0)
    guard let highest = usable.max(), let lowest = usable.min(), highest > 2.7 * lowest else {
      return nil
    }
    self.init(points: points.map { (distance: $0.0, zeta: $0.1) }, degree: degree)
  }

  /// The least-squares line through given points.
  public init?(points: [(distance: Double, zeta: Double)], degree: Int = 0) {
    guard points.count >= 4 else { return nil }
    let logarithms = points.map {
      Double.log($0.distance) - (degree == 0 ? 0 : Double(degree) * Double.log($0.zeta))
    }
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
