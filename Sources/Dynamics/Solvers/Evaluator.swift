import RealModule

/// A way to a trajectory: snapshots at increasing times.
public protocol Evaluator {
  /// The snapshot at a time not before the last one asked for.
  ///
  /// - Throws: `SolverFailure` when the trajectory ends before that time.
  mutating func snapshot(at time: Double) throws(SolverFailure) -> any Snapshot
}

/// Snapshots from mode coefficients.
struct ModalEvaluator<Propagation: ModalPropagation>: Evaluator {
  let basis: ModalBasis
  var propagation: Propagation

  mutating func snapshot(at time: Double) throws(SolverFailure) -> any Snapshot {
    ModalSnapshot(time: time, basis: basis, coefficients: try propagation.coefficients(at: time))
  }
}

/// The closed form of the spherical flow (<doc:SphericalFeatures>).
struct SphericalClosedForm: Evaluator {
  let basis: SphericalBasis

  func snapshot(at time: Double) -> any Snapshot {
    let zeta = basis.problem.rates.integrals(to: time).features
    let rescales = basis.problem.rescalesLearningRate
    let points = basis.radii.indices.map { sample -> PlanarPoint in
      let radius = basis.radii[sample]
      let speed = basis.speeds[basis.labels[sample]]
      let exponent = zeta * speed / (rescales ? radius : radius * radius)
      return PlanarPoint(
        radius: radius, halfTangent: basis.halfTangents[sample].movedTowardsZero(by: exponent))
    }
    return SphericalSnapshot(time: time, basis: basis, points: points)
  }
}

extension Double {
  /// The half-angle tangent after the flow; both poles stay.
  fileprivate func movedTowardsZero(by exponent: Double) -> Double {
    isFinite ? self * Double.exp(-exponent) : self
  }
}
