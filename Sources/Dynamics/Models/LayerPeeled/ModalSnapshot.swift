import DynNumerics
import RealModule

/// A snapshot in mode coefficients: norms, loss and distances cost O(distinct singular values),
/// the class geometry matrices of size C, and only per-sample observables form the state.
struct ModalSnapshot: Snapshot {
  let time: Double
  let basis: ModalBasis
  let coefficients: ModeCoefficients
  let logScale: Double
  private let plain: PlainCoefficients
  private let batch: ModalBatch
  private let position: Int

  init(time: Double, basis: ModalBasis, coefficients: ModeCoefficients) {
    self.init(
      time: time, basis: basis, coefficients: coefficients,
      batch: ModalBatch(basis: basis, coefficients: [coefficients]), position: 0)
  }

  /// A snapshot that shares work with others of a batch, in which it has a position.
  init(
    time: Double, basis: ModalBasis, coefficients: ModeCoefficients, batch: ModalBatch,
    position: Int
  ) {
    self.batch = batch
    self.position = position
    self.time = time
    self.basis = basis
    self.coefficients = coefficients
    logScale = basis.commonScale(coefficients, withBias: true)
    plain = basis.plain(coefficients, relativeTo: logScale)
  }

  /// The snapshot, or that of the full state where observables lose digits in modes.
  var readable: any Snapshot {
    basis.isLopsided ? FullSnapshot(time: time, problem: problem, state: state()) : self
  }

  var problem: Problem { basis.problem }
  var threads: Int { basis.threads }
  func state() -> ScaledState { ScaledState(basis.state(plain), logScale: logScale) }
  /// The state relative to e^logScale as an affine image of the initial one.
  func affineState() -> AffineState { basis.affineState(plain) }
  func norms() -> BlockNorms { basis.norms(plain) }

  func objective() -> ObjectiveParts {
    objective(
      operatorProduct: basis.operatorProduct(plain),
      drive: basis.bias(plain).map { $0.dot(basis.biasDrive) } ?? 0, norms: norms())
  }

  func classGeometry() -> ClassGeometry {
    let scale = basis.differenceScale(coefficients)
    return basis.classGeometry(basis.plain(coefficients, relativeTo: scale))
  }

  func correctShare() -> Double? { batch.correctShare(at: position) }

  func bias() -> [Double]? { basis.bias(basis.plain(coefficients, relativeTo: 0)) }

  func centredLogits() -> (matrix: Matrix, logScale: Double) {
    let scale = basis.differenceScale(coefficients)
    let differences = basis.plain(coefficients, relativeTo: scale)
    let frame = basis[basis.frames(differences).both]
    return (
      frame.logits(basis).centred(prototypes: differences, features: plain), scale + logScale
    )
  }

  func distance(to direction: LimitDirection) -> Double {
    let own = basis.plain(
      coefficients, relativeTo: basis.commonScale(coefficients, withBias: false))
    guard case .modal(let other, let limit) = direction.form, other === basis else {
      let state = basis.state(own).withoutBias
      return (state.scaled(by: 1 / state.norm) - direction.state).norm
    }
    let norm = basis.norms(own).withoutBias
    let limitNorm = basis.norms(limit).withoutBias
    guard norm > 0, limitNorm > 0 else { return .nan }
    return basis.differenceNorms(.difference(own, norm, limit, limitNorm)).withoutBias
  }

  func blockDistances(to direction: LimitDirection, normalized: Bool) -> BlockDistances {
    guard case .modal(let other, let limit) = direction.form, other === basis else {
      return FullSnapshot(time: time, problem: problem, state: state())
        .blockDistances(to: direction, normalized: normalized)
    }
    guard normalized else {
      // The limit is in the basis's unit.
      let own = basis.plain(coefficients, relativeTo: basis.logUnit)
      let difference = basis.differenceNorms(.difference(own, 1, limit, 1))
      func unscaled(_ norm: Double) -> Double {
        ScaledNumber(value: norm, logScale: basis.logUnit).relative(to: 0)
      }
      return (unscaled(difference.features), unscaled(difference.prototypes))
    }
    let own = basis.plain(
      coefficients, relativeTo: basis.commonScale(coefficients, withBias: false))
    let (norms, limits) = (basis.norms(own), basis.norms(limit))
    func difference(_ block: KeyPath<BlockNorms, Double>) -> Double {
      basis.differenceNorms(
        .difference(own, norms[keyPath: block], limit, limits[keyPath: block]))[keyPath: block]
    }
    return (difference(\.features), difference(\.prototypes))
  }

  func logNorm() -> Double {
    let scale = basis.commonScale(coefficients, withBias: false)
    let norms = basis.norms(basis.plain(coefficients, relativeTo: scale))
    return scale + Double.log(norms.withoutBias)
  }

  func relativeError(against reference: any Snapshot) -> Double {
    guard let reference = reference as? ModalSnapshot, reference.basis === basis else {
      return FullSnapshot(time: time, problem: problem, state: state())
        .relativeError(against: reference)
    }
    let own = basis.plain(coefficients, relativeTo: reference.logScale)
    let difference = PlainCoefficients.difference(own, 1, reference.plain, 1)
    return basis.differenceNorms(difference).total.relative(
      to: basis.norms(reference.plain).total)
  }
}

extension ModalBasis {
  /// Coefficients beyond e^150 have squares that overflow with those of the vectors.
  private static let farFromOne = 150.0

  /// The logarithm of the largest part of a state, or 0 while that is far from over- and underflow.
  func commonScale(_ coefficients: ModeCoefficients, withBias: Bool) -> Double {
    var largest = -Double.infinity
    for (value, block) in coefficients.blocks.enumerated() where start.isPresent(value) {
      largest = max(largest, block.logScale)
    }
    if totalScatter > 0 { largest = max(largest, coefficients.within.logScale) }
    if withBias, !biasDrive.isEmpty { largest = max(largest, 0) }
    return abs(largest) < Self.farFromOne || largest == -.infinity ? 0 : largest
  }

  /// The same over the modes that tell classes apart: the common part may be far larger.
  func differenceScale(_ coefficients: ModeCoefficients) -> Double {
    var largest = -Double.infinity
    for value in maps.separatingValues where start.isPresent(value) {
      largest = max(largest, coefficients.blocks[value].logScale)
    }
    return largest.isFinite ? largest : 0
  }

  func perMode<Element>(_ values: [Element]) -> [Element] {
    problem.labels.modes.index.map { values[$0] }
  }
}
