import DynNumerics
import RealModule

/// A snapshot of the spherical case in planes: two numbers a sample.
struct SphericalSnapshot: Snapshot {
  let time: Double
  let basis: SphericalBasis
  let points: [PlanarPoint]

  var problem: Problem { basis.problem }
  var logScale: Double { 0 }
  func state() -> ScaledState { ScaledState(basis.state(points)) }

  func norms() -> BlockNorms {
    BlockNorms(
      features: points.map(\.radius).norm,
      prototypes: problem.start.prototypes.elements.norm, bias: 0)
  }

  func centredLogits() -> (matrix: Matrix, logScale: Double) {
    let logits = basis.logits
    guard let unit = ScaledMatrix.unit(points.map(\.radius).max() ?? 0) else {
      return (logits.centred(points), logits.logScale)
    }
    let scaled = points.map { PlanarPoint(x: $0.x / unit, y: $0.y / unit) }
    return (logits.centred(scaled), logits.logScale + Double.log(unit))
  }

  /// -(1/n) sum_i |v_y| cos theta_i. Samples at a pole of a zero v contribute nothing.
  func objective() -> ObjectiveParts {
    let loss = -points.indices.map {
      basis.speeds[basis.labels[$0]] * (points[$0].x / points[$0].radius)
    }.sum
    return ObjectiveParts(loss: loss, objective: loss)
  }

  /// In the planes, where the prototype lies along vhat up to rounding; else from the full state.
  func alignments() -> (cosines: [Double], distances: [Double]) {
    guard basis.targetsArePrototypes else {
      return FullSnapshot(time: time, problem: problem, state: state().state).alignments()
    }
    return (
      points.map { $0.x / $0.radius },
      // |u - vhat| = sqrt((1 - cos)^2 + sin^2) = sqrt(2 (1 - cos)), from sin where cos is near 1.
      points.map { point in
        let radius = point.radius
        return point.x > 0
          ? 2.0.squareRoot() * point.y / (radius * (radius + point.x)).squareRoot()
          : (2 * (1 - point.x / radius)).squareRoot()
      }
    )
  }

  /// In the planes where the norm stays: |h - r vhat| is accurate however small.
  func distance(to direction: LimitDirection) -> Double {
    guard case .spherical(let other, let radii) = direction.form, other === basis else {
      let state = state().state
      return (state.scaled(by: 1 / state.norm) - direction.state).norm
    }
    let limit = basis.limitPoints(radii: radii)
    let prototypes = problem.start.prototypes.elements.norm
    let norm = (points.map(\.radius) + [prototypes]).norm
    let limitNorm = (limit.map(\.radius) + [prototypes]).norm
    var differences = [prototypes * (1 / norm - 1 / limitNorm)]
    for (point, end) in zip(points, limit) {
      differences.append(point.x / norm - end.x / limitNorm)
      differences.append(point.y / norm - end.y / limitNorm)
    }
    return differences.norm
  }

  func relativeError(against reference: any Snapshot) -> Double {
    guard let reference = reference as? SphericalSnapshot, reference.basis === basis else {
      return FullSnapshot(time: time, problem: problem, state: state().state)
        .relativeError(against: reference)
    }
    let differences = zip(points, reference.points).flatMap { [$0.x - $1.x, $0.y - $1.y] }
    return differences.norm.relative(to: reference.norms().total)
  }
}
