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
    plain = coefficients.plain(relativeTo: logScale)
  }

  var problem: Problem { basis.problem }
  var threads: Int { basis.threads }
  func state() -> ScaledState { ScaledState(basis.state(plain), logScale: logScale) }
  /// The state relative to e^logScale as an affine image of the initial one.
  func affineState() -> AffineState { basis.affineState(plain) }
  func norms() -> SquaredNorms { basis.norms(plain) }

  func objective() -> ObjectiveParts {
    objective(
      operatorProduct: basis.operatorProduct(plain),
      drive: basis.bias(plain).map { $0.dot(basis.biasDrive) } ?? 0, norms: norms())
  }

  func classGeometry() -> ClassGeometry {
    let scale = basis.differenceScale(coefficients)
    return basis.classGeometry(coefficients.plain(relativeTo: scale))
  }

  func correctShare() -> Double? { batch.correctShare(at: position) }

  func bias() -> [Double]? { basis.bias(coefficients.plain(relativeTo: 0)) }

  func centredLogits() -> (matrix: Matrix, logScale: Double) {
    let scale = basis.differenceScale(coefficients)
    let differences = coefficients.plain(relativeTo: scale)
    return (basis.logits.centred(prototypes: differences, features: plain), scale + logScale)
  }

  func distance(to direction: LimitDirection) -> Double {
    let own = coefficients.plain(relativeTo: basis.commonScale(coefficients, withBias: false))
    guard case .modal(let other, let limit) = direction.form, other === basis else {
      let state = basis.state(own).withoutBias
      return (state.scaled(by: 1 / state.norm) - direction.state).norm
    }
    let norm = basis.norms(own).withoutBias.squareRoot()
    let limitNorm = basis.norms(limit).withoutBias.squareRoot()
    guard norm > 0, limitNorm > 0 else { return .nan }
    return basis.norms(.difference(own, norm, limit, limitNorm)).withoutBias.squareRoot()
  }

  func blockDistances(to direction: LimitDirection, normalized: Bool) -> BlockDistances {
    guard case .modal(let other, let limit) = direction.form, other === basis else {
      return FullSnapshot(time: time, problem: problem, state: state().unscaled)
        .blockDistances(to: direction, normalized: normalized)
    }
    guard normalized else {
      let own = coefficients.plain(relativeTo: 0)
      let difference = basis.norms(.difference(own, 1, limit, 1))
      return (difference.features.squareRoot(), difference.prototypes.squareRoot())
    }
    let own = coefficients.plain(relativeTo: basis.commonScale(coefficients, withBias: false))
    let (norms, limits) = (basis.norms(own), basis.norms(limit))
    func difference(_ block: KeyPath<SquaredNorms, Double>) -> Double {
      let (a, b) = (norms[keyPath: block].squareRoot(), limits[keyPath: block].squareRoot())
      return basis.norms(.difference(own, a, limit, b))[keyPath: block].squareRoot()
    }
    return (difference(\.features), difference(\.prototypes))
  }

  func logNorm() -> Double {
    let scale = basis.commonScale(coefficients, withBias: false)
    let norms = basis.norms(coefficients.plain(relativeTo: scale))
    return scale + Double.log(norms.withoutBias) / 2
  }

  func relativeError(against reference: any Snapshot) -> Double {
    guard let reference = reference as? ModalSnapshot, reference.basis === basis else {
      return FullSnapshot(time: time, problem: problem, state: state().unscaled)
        .relativeError(against: reference)
    }
    let own = coefficients.plain(relativeTo: reference.logScale)
    let difference = PlainCoefficients.difference(own, 1, reference.plain, 1)
    let norm = basis.norms(reference.plain).total
    return (basis.norms(difference).total / norm).squareRoot()
  }
}

extension ModalBasis {
  /// The logarithm of the largest part of a state, or 0 while that is far from over- and underflow.
  func commonScale(_ coefficients: ModeCoefficients, withBias: Bool) -> Double {
    let moving = zip(coefficients.blocks, products).filter { $1.first + $1.second > 0 }
    var scales = moving.map(\.0.logScale)
    if scatter.sum > 0 { scales.append(coefficients.within.logScale) }
    if withBias, !biasDrive.isEmpty { scales.append(0) }
    let largest = scales.max() ?? 0
    return abs(largest) < 300 ? 0 : largest
  }

  /// The same over the modes that tell classes apart: the common part may be far larger.
  func differenceScale(_ coefficients: ModeCoefficients) -> Double {
    let modes = problem.labels.modes
    var largest = -Double.infinity
    for (mode, index) in modes.index.enumerated() where gram.separates[mode] {
      guard products[index].first + products[index].second > 0 else { continue }
      largest = max(largest, coefficients.blocks[index].logScale)
    }
    return largest.isFinite ? largest : 0
  }

  func perMode(_ blocks: [ModeBlock]) -> [ModeBlock] {
    problem.labels.modes.index.map { blocks[$0] }
  }

  /// The class geometry from Gram matrices of the modes, independent of p and n. O(C^2) with tables,
  /// else O(C^3).
  func classGeometry(_ coefficients: PlainCoefficients) -> ClassGeometry {
    let scatter = scatter.map { coefficients.within * coefficients.within * $0 }
    if let tables {
      return tables.geometry.geometry(
        coefficients.blocks.map(\.features), coefficients.blocks.map(\.prototypes),
        scatter: scatter, sizes: problem.labels.partition.sizes, threads: threads)
    }
    let blocks = perMode(coefficients.blocks)
    let (a, w) = (blocks.map(\.features), blocks.map(\.prototypes))
    let left = problem.labels.modes.left
    let prototypeGram = gram.products(w, w)
    let squares = left.times(prototypeGram).combined(with: left) { $0 * $1 }
    return ClassGeometry(
      means: gram.products(a, a).sandwiched(by: gram.centredMeans),
      prototypes: prototypeGram.sandwiched(by: gram.centredPrototypes),
      cross: left.times(gram.products(w, a)).timesTransposed(gram.centredMeans),
      prototypeSquares: (0..<left.rows).map {
        squares.elements[squares.range(ofRow: $0)].reduce(0, +)
      },
      scatter: scatter,
      sizes: problem.labels.partition.sizes)
  }
}

extension Matrix {
  /// B A B'.
  fileprivate func sandwiched(by outer: Matrix) -> Matrix {
    outer.times(self).timesTransposed(outer)
  }
}
