import DynNumerics
import Foundation
import Testing

/// Newton's method in a trust region on functions whose minima are known.
@Suite struct TrustRegionTests {
  /// A function from closures.
  struct Given: SmoothFunction {
    let f: @Sendable ([Double]) -> Double
    let df: @Sendable ([Double]) -> [Double]
    let ddf: @Sendable ([Double], [Double]) -> [Double]
    func value(at point: [Double]) -> Double { f(point) }
    func gradient(at point: [Double]) -> [Double] { df(point) }
    func curvature(at point: [Double], along direction: [Double]) -> [Double] {
      ddf(point, direction)
    }
  }

  static let rosenbrock = Given(
    f: { 100 * pow($0[1] - $0[0] * $0[0], 2) + pow(1 - $0[0], 2) },
    df: {
      let bend = $0[1] - $0[0] * $0[0]
      return [-400 * bend * $0[0] - 2 * (1 - $0[0]), 200 * bend]
    },
    ddf: { x, v in
      let first = 2 - 400 * (x[1] - 3 * x[0] * x[0])
      return [first * v[0] - 400 * x[0] * v[1], -400 * x[0] * v[0] + 200 * v[1]]
    })

  @Test(arguments: [[-1.2, 1.0], [10.0, -7.0], [0.0, 0.0]])
  func theCurvedValleyIsFollowed(start: [Double]) {
    let minimum = Self.rosenbrock.minimum(from: start)
    #expect(abs(minimum.point[0] - 1) <= 1e-12)
    #expect(abs(minimum.point[1] - 1) <= 1e-12)
    #expect(minimum.gradientNorm <= 1e-10)
  }

  /// (|x|^2 - 1)^2 has a saddle at zero in every direction and a sphere of minima, along which it
  /// is flat.
  @Test func saddlesAreLeftAndFlatDirectionsHarmless() {
    let ring = Given(
      f: { pow($0.sumOfSquares - 1, 2) },
      df: { x in x.map { 4 * (x.sumOfSquares - 1) * $0 } },
      ddf: { x, v in
        zip(x, v).map { 4 * (x.sumOfSquares - 1) * $1 + 8 * x.dot(v) * $0 }
      })
    let minimum = ring.minimum(from: [1e-9, -2e-9, 1e-9])
    #expect(abs(minimum.point.norm - 1) <= 1e-14)
    #expect(minimum.gradientNorm <= 1e-13)
    // No wandering along the sphere: the direction is still that of the start.
    #expect(abs(minimum.point[1] + 2 * minimum.point[0]) <= 1e-6)
  }

  @Test func notANumberEndsTheSearch() {
    let broken = Given(f: { _ in .nan }, df: { $0.map { _ in .nan } }, ddf: { $1 })
    #expect(broken.minimum(from: [1, 2]).point == [1, 2])
  }

  @Test func aStationaryStartIsKept() {
    #expect(Self.rosenbrock.minimum(from: [1, 1]).point == [1, 1])
  }
}
