import RealModule

/// A way to a trajectory: snapshots at increasing times.
public protocol Evaluator {
  /// The snapshot at a time not before the last one asked for.
  ///
  /// - Throws: `SolverFailure` when the trajectory ends before that time.
  mutating func snapshot(at time: Double) throws(SolverFailure) -> any Snapshot
  /// Hands a snapshot to `visit` at each of increasing times, until that returns false.
  ///
  /// - Throws: `SolverFailure` when the trajectory ends before; the snapshots before that stand.
  mutating func follow(
    _ times: [Double], visit: (any Snapshot) -> Bool
  ) throws(SolverFailure)
}

extension Evaluator {
  /// One snapshot after the other.
  mutating func follow(
    _ times: [Double], visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    for time in times {
      guard visit(try snapshot(at: time)) else { return }
    }
  }
}

/// Snapshots from mode coefficients.
struct ModalEvaluator<Propagation: ModalPropagation>: Evaluator {
  let basis: ModalBasis
  var propagation: Propagation

  mutating func snapshot(at time: Double) throws(SolverFailure) -> any Snapshot {
    ModalSnapshot(
      time: time, basis: basis,
      coefficients: basis.inUnit(try propagation.coefficients(at: time))
    ).readable
  }

  /// In batches, which share work.
  mutating func follow(
    _ times: [Double], visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    for start in stride(from: 0, to: times.count, by: ModalBatch.size) {
      let end = min(start + ModalBatch.size, times.count)
      let (found, failure) = coefficients(at: times[start..<end])
      let batch = ModalBatch(basis: basis, coefficients: found)
      for (position, coefficients) in found.enumerated() {
        let snapshot = ModalSnapshot(
          time: times[start + position], basis: basis, coefficients: coefficients, batch: batch,
          position: position)
        guard visit(snapshot.readable) else { return }
      }
      if let failure { throw failure }
    }
  }

  private mutating func coefficients(
    at times: ArraySlice<Double>
  ) -> (found: [ModeCoefficients], failure: SolverFailure?) {
    var found: [ModeCoefficients] = []
    do throws(SolverFailure) {
      for time in times { found.append(basis.inUnit(try propagation.coefficients(at: time))) }
      return (found, nil)
    } catch {
      return (found, error)
    }
  }
}

/// The closed form of the spherical flow (<doc:SphericalFeatures>).
struct SphericalClosedForm: Evaluator {
  let basis: SphericalBasis

  func snapshot(at time: Double) -> any Snapshot {
    let zeta = basis.problem.rates.integrals(to: time).features
    let rescales = basis.rescalesLearningRate
    let points = basis.radii.indices.map { sample -> PlanarPoint in
      let radius = basis.radii[sample]
      let speed = basis.speeds[basis.labels[sample]]
      let exponent = zeta * (speed / radius) / (rescales ? 1 : radius)
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
