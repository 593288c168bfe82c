import DynNumerics
import RealModule
import Synchronization

/// The initial state of a problem of the spherical case, a plane a sample.
///
/// h_i stays in the plane of v_y and h_i(0): h = X vhat + Y q. The angle theta between h and v is
/// kept as T = tan(theta/2), which the flow multiplies by e^(-zeta |v|/(n r^2)): beta = cos theta is
/// (1 - T^2)/(1 + T^2) with full relative accuracy of both 1 - beta and 1 + beta. This is
/// tanh(artanh(beta_0) + zeta |v|/(n r^2)) of <doc:SphericalFeatures>.
public final class SphericalBasis: Sendable {
  /// Whether the learning rate of a sample is multiplied by the norm of its feature.
  var rescalesLearningRate: Bool { problem.model.entry.rescalesLearningRate }
  let problem: Problem
  /// The group of every sample (n).
  let labels: [Int]
  /// |h_i| at time 0 (n).
  let radii: [Double]
  /// tan(theta/2) at time 0, from 0 to infinity (n).
  let halfTangents: [Double]
  /// The plane's vector orthogonal to vhat (p x n).
  let normals: Matrix
  /// vhat_k (p x K); zero where v_k is.
  let targets: Matrix
  /// |v_k|/n (K).
  let speeds: [Double]
  /// Whether every vhat_k is its class's w_c direction to rounding, as for prototypes that sum to zero; not
  /// where there is no direction.
  let targetsArePrototypes: Bool
  private let logitCache = Mutex<SphericalLogits?>(nil)

  /// Finds every sample's plane. O(p n).
  ///
  /// - Precondition: no sample is zero.
  public init(_ problem: Problem) {
    self.problem = problem
    labels = problem.labels.partition.sortedLabels
    let pulls = problem.labels.pull(problem.start.prototypes)
    let speeds = (0..<pulls.columns).map { pulls.column($0).norm }
    targets = pulls.scalingColumns(by: speeds.map { $0 > 0 ? 1 / $0 : 0 })
    self.speeds = speeds
    targetsArePrototypes =
      problem.labels.targets.groupsAreClasses && !speeds.contains(0)
      && (targets - problem.start.prototypes.withUnitColumns).elements
        .allSatisfy { abs($0) <= 1e-15 }
    let stillness = SphericalPoles(problem)
    let columns = problem.initialState.features.transposed
    var normals = columns
    var radii: [Double] = []
    var halfTangents: [Double] = []
    for (sample, label) in labels.enumerated() {
      let range = columns.range(ofRow: sample)
      let plane = Plane(
        feature: Array(columns.elements[range]), target: targets.column(label),
        isStill: { stillness.isStill($0, $1, ofClass: label) })
      radii.append(plane.radius)
      halfTangents.append(plane.halfTangent)
      normals.elements.replaceSubrange(range, with: plane.normal)
    }
    self.radii = radii
    self.halfTangents = halfTangents
    self.normals = normals.transposed
  }

  /// The tables of the logits, made when first asked for. O(p n C).
  var logits: SphericalLogits {
    logitCache.withLock { cached in
      if let cached { return cached }
      let own = ScaledMatrix(problem.start.prototypes)
      let prototypes = own.matrix.centredColumns
      let logits = SphericalLogits(
        targets: prototypes.transposedTimes(targets),
        normals: prototypes.transposedTimes(normals), labels: labels, logScale: own.logScale)
      cached = logits
      return logits
    }
  }

  /// (X, Y) of every sample at time 0.
  var initialPoints: [PlanarPoint] {
    radii.indices.map { PlanarPoint(radius: radii[$0], halfTangent: halfTangents[$0]) }
  }

  /// The state with given points: increments over the initial state. O(p n).
  func state(_ points: [PlanarPoint]) -> State {
    var features = problem.initialState.features
    let initial = initialPoints
    let shifts = zip(points, initial).map { PlanarPoint(x: $0.x - $1.x, y: $0.y - $1.y) }
    for row in 0..<features.rows {
      let start = row * features.columns
      for (sample, label) in labels.enumerated() {
        features.elements[start + sample] +=
          shifts[sample].x * targets[row, label]
          + shifts[sample].y * normals.elements[start + sample]
      }
    }
    return State(features: features, prototypes: problem.start.prototypes)
  }

  /// Whether a sample moves at all: it is at neither end of its meridian and v is not zero.
  func moves(_ sample: Int) -> Bool {
    speeds[labels[sample]] > 0 && halfTangents[sample] > 0 && halfTangents[sample].isFinite
  }

  /// The points that the samples tend to, with given radii: on vhat, or where they started.
  func limitPoints(radii: [Double]) -> [PlanarPoint] {
    let initial = initialPoints
    return radii.indices.map {
      moves($0) ? PlanarPoint(x: radii[$0], y: 0) : initial[$0]
    }
  }

  /// The state of the limit points.
  func limitState(radii: [Double]) -> State { state(limitPoints(radii: radii)) }
}

/// Centred logits of both axes of every sample's plane: any time's logits are X times the one plus Y
/// times the other, O(C n).
struct SphericalLogits: Sendable {
  /// Those of vhat_k (C x K).
  let targets: Matrix
  /// Those of q (C x n).
  let normals: Matrix
  let labels: [Int]
  /// The logarithm of what the prototypes were divided by.
  let logScale: Double

  func centred(_ points: [PlanarPoint]) -> Matrix {
    var result = normals
    let points = points.span
    let labels = labels.span
    let targetCount = targets.columns
    let targets = targets.elements.span
    var logits = result.elements.mutableSpan
    for row in 0..<normals.rows {
      let start = row * normals.columns
      for sample in points.indices {
        let target = targets[row * targetCount + labels[sample]]
        logits[start + sample] =
          points[sample].x * target + points[sample].y * logits[start + sample]
      }
    }
    return result
  }
}

/// A sample's position in its plane: X along vhat, Y along q.
struct PlanarPoint: Sendable, Equatable {
  var x: Double
  var y: Double

  init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }

  /// The point at a distance and an angle given by T = tan(theta/2); infinity is theta = pi.
  init(radius: Double, halfTangent t: Double) {
    if t <= 1 {
      x = radius * ((1 - t) * (1 + t)) / (1 + t * t)
      y = radius * (2 * t) / (1 + t * t)
    } else {
      let s = 1 / t
      x = -radius * ((1 - s) * (1 + s)) / (1 + s * s)
      y = radius * (2 * s) / (1 + s * s)
    }
  }

  /// |h|.
  var radius: Double {
    let square = x * x + y * y
    return Self.rangeOfSquares.contains(square) ? square.squareRoot() : Double.hypot(x, y)
  }

  /// Squares in here have lost nothing to the ends of the range of a double.
  static let rangeOfSquares = 1e-280...1e280
}

/// The plane of a feature and its target direction.
private struct Plane {
  let radius: Double
  let halfTangent: Double
  let normal: [Double]

  /// T = |u - vhat|/|u + vhat| is accurate near both poles; so is the normal, taken from the
  /// nearer pole. Its own conditioning is eps/|u -+ vhat|.
  ///
  /// - Parameter isStill: whether a unit vector cannot move towards a target.
  init(feature: [Double], target: [Double], isStill: (_ unit: [Double], _ target: [Double]) -> Bool)
  {
    radius = feature.norm
    let scale = radius
    let unit = feature.map { $0 / scale }
    let below = zip(unit, target).map { $0 - $1 }
    let above = zip(unit, target).map { $0 + $1 }
    let (near, far) = (below.norm, above.norm)
    let chord = near <= far ? below : above
    let along = chord.dot(target)
    let rejection = zip(chord, target).map { $0 - along * $1 }
    let length = rejection.norm
    guard target.contains(where: { $0 != 0 }), length > 0, !isStill(unit, target) else {
      normal = feature.map { _ in 0 }
      halfTangent = near <= far ? 0 : .infinity
      return
    }
    normal = rejection.map { $0 / length }
    halfTangent = near / far
  }
}
