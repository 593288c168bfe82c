public import DynNumerics
import RealModule

/// The model at one time of a trajectory, as the observables see it.
///
/// Solvers on the full state use `FullSnapshot`; those that work in modes or in planes answer from
/// their few numbers and form the full state only for observables that need it.
public protocol Snapshot {
  /// The time.
  var time: Double { get }
  /// The problem whose trajectory this is.
  var problem: Problem { get }
  /// How many threads its large sums may use.
  var threads: Int { get }
  /// The full state, in scaled form. O(p (n + C)) at least.
  func state() -> ScaledState
  /// The velocity of a descent with momentum, as a state of its own; nil for others.
  func velocity() -> State?
  /// The norms of the blocks, relative to e^logScale.
  func norms() -> BlockNorms
  /// The natural logarithm of the unit of `norms` and `state`.
  var logScale: Double { get }
  /// ln |(H, W)|, finite where the norm itself overflows or underflows.
  func logNorm() -> Double
  /// The sums of the features of every class (p x C), of unit features in the spherical case.
  func classSums() -> Matrix
  /// The mean data loss and the regularisers' sum.
  func objective() -> ObjectiveParts
  /// Class means and prototypes up to a rotation.
  func classGeometry() -> ClassGeometry
  /// b, without a scale; nil where the model has none.
  func bias() -> [Double]?
  /// The logits without bias less each sample's mean logit (C x n), in a scale of their own: a
  /// component that all prototypes share would drown the differences.
  func centredLogits() -> (matrix: Matrix, logScale: Double)
  /// The share of samples whose own logit is the largest, where there is a faster way to it than by
  /// the logits; else nil.
  func correctShare() -> Double?
  /// The cosine of every feature and its class's prototype and the distance of the two as unit
  /// vectors (n each); nan where either is zero.
  func alignments() -> (cosines: [Double], distances: [Double])
  /// |Z/|Z| - direction| for Z = (H, W).
  func distance(to direction: LimitDirection) -> Double
  /// |H - H*| and |W - W*| for the direction's vector (H*, W*), or with all four blocks divided by
  /// their own norms.
  func blockDistances(to direction: LimitDirection, normalized: Bool) -> BlockDistances
  /// Whether the state is known up to a rotation of the feature space only: it is one of those that
  /// have the right inner products of features and prototypes.
  var isUpToRotation: Bool { get }
  /// |Z - Z_ref|/|Z_ref| over (H, W, b); the same of Z'Z where either is known up to a rotation only.
  func relativeError(against reference: any Snapshot) -> Double
  /// A bound on |Z - Z_true|/|Z| where the solver knows one of its own error; else nil.
  var errorBound: Double? { get }
}

/// Distances of features and of prototypes.
public typealias BlockDistances = (features: Double, prototypes: Double)

/// The two values that training watches.
public struct ObjectiveParts: Sendable, Equatable {
  /// The mean data loss; infinite where it overflows.
  public var loss: Double
  /// The mean data loss plus the regularisers; infinite where it overflows.
  public var objective: Double
}

extension Snapshot {
  /// None.
  public var errorBound: Double? { nil }

  /// One.
  public var threads: Int { 1 }

  /// Most have none.
  public func velocity() -> State? { nil }

  /// Most are known as they are.
  public var isUpToRotation: Bool { false }

  /// From the full state.
  public func norms() -> BlockNorms { state().state.norms }

  /// From the full state: -<M, W'H> - c'b, or -<M, W'U> with unit features where the logits
  /// normalise them.
  public func objective() -> ObjectiveParts {
    guard problem.isLinearInLogits else { return numericObjective() }
    let state = state().state
    let labels = problem.labels
    let product = labels.pull(state.prototypes).elements.dot(classSums().elements)
    return objective(
      operatorProduct: product, drive: state.bias.map { $0.dot(labels.biasDrive) } ?? 0,
      norms: norms())
  }

  /// From the full state.
  public func classSums() -> Matrix {
    let features = state().state.features
    return problem.labels.classSums(
      problem.normalizesFeatures ? features.withUnitColumns : features)
  }

  /// The mean loss sample by sample. O(p n C).
  private func numericObjective() -> ObjectiveParts {
    let state = state().unscaled
    let loss = problem.meanLoss(state)
    return ObjectiveParts(loss: loss, objective: loss + problem.decay.penalty(state))
  }

  /// The objective from <M, W'H>, c'b and the norms, all in the snapshot's scale; the quadratic
  /// parts are added before they can overflow.
  func objective(
    operatorProduct: Double, drive: Double, norms: BlockNorms
  ) -> ObjectiveParts {
    let decay = problem.decay
    let linear = ScaledNumber(value: drive, logScale: logScale).relative(to: 0)
    // Unit features have no scale.
    let degree = 1 + problem.model.entry.degree
    func unscaled(_ value: Double, _ degree: Double) -> Double {
      ScaledNumber(value: value, logScale: degree * logScale).relative(to: 0)
    }
    let regulariser =
      (decay.features * norms.features * norms.features
        + decay.prototypes * norms.prototypes * norms.prototypes
        + decay.bias * norms.bias * norms.bias) / 2
    return ObjectiveParts(
      loss: -unscaled(operatorProduct, degree) - linear,
      // Of one degree they are added before they can overflow.
      objective: degree == 2
        ? unscaled(regulariser - operatorProduct, degree) - linear
        : unscaled(regulariser, 2) - unscaled(operatorProduct, degree) - linear)
  }

  /// None.
  public func correctShare() -> Double? { nil }

  /// From the norms.
  public func logNorm() -> Double { logScale + Double.log(norms().withoutBias) }

  /// From the full state.
  public func classGeometry() -> ClassGeometry {
    let state = state().state
    let labels = problem.labels
    let features = ScaledMatrix(state.features).matrix
    let groupPart = labels.project(features)
    return ClassGeometry(
      labels,
      groupMeans: groupPart.scalingColumns(
        by: labels.partition.sizes.map { 1 / Double($0).squareRoot() }),
      scatter: labels.withinClassScatter(features, classPart: groupPart),
      prototypes: ScaledMatrix(state.prototypes).matrix)
  }

  /// From the full state.
  public func bias() -> [Double]? {
    problem.start.bias == nil ? nil : state().unscaled.bias
  }

  /// From the full state. O(p n C).
  public func centredLogits() -> (matrix: Matrix, logScale: Double) {
    let state = state().state
    let entry = problem.model.entry
    return (
      state.prototypes.centredColumns.transposedTimes(entry.entered(state.features)),
      (1 + entry.degree) * logScale
    )
  }

  /// From the full state. O(p n).
  public func alignments() -> (cosines: [Double], distances: [Double]) {
    let state = state().state
    let features = state.features.transposed
    let prototypes = state.prototypes.transposed
    func unit(_ matrix: Matrix, _ row: Int) -> [Double] {
      let vector = Array(matrix.elements[matrix.range(ofRow: row)])
      let norm = vector.norm
      return vector.map { $0 / norm }
    }
    let units = (0..<prototypes.rows).map { unit(prototypes, $0) }
    let pairs = problem.labels.sampleClasses.enumerated().map { sample, label in
      let feature = unit(features, sample)
      return (feature.dot(units[label]), zip(feature, units[label]).map { $0 - $1 }.norm)
    }
    return (pairs.map(\.0), pairs.map(\.1))
  }

  /// From the full state.
  public func distance(to direction: LimitDirection) -> Double { fullDistance(to: direction) }

  func fullDistance(to direction: LimitDirection) -> Double {
    let state = state().state.withoutBias
    let norm = state.norm
    guard norm > 0, norm.isFinite else { return .nan }
    return (state.scaled(by: 1 / norm) - direction.state).norm
  }

  /// From the full state.
  public func blockDistances(
    to direction: LimitDirection, normalized: Bool
  ) -> BlockDistances {
    let scaled = state()
    // In the vector's unit, where that is not beside the point.
    let unit = ScaledState(scaled.state, logScale: scaled.logScale - direction.logUnit)
    let own = normalized ? scaled.state : unit.unscaled
    let other = direction.vector
    func distance(_ left: Matrix, _ right: Matrix) -> Double {
      guard normalized else {
        let norm = (left - right).elements.norm
        return ScaledNumber(value: norm, logScale: direction.logUnit).relative(to: 0)
      }
      let norms = (left.elements.norm, right.elements.norm)
      return ((1 / norms.0) * left - (1 / norms.1) * right).elements.norm
    }
    return (
      distance(own.features, other.features), distance(own.prototypes, other.prototypes)
    )
  }

  /// From the full states.
  public func relativeError(against reference: any Snapshot) -> Double {
    fullRelativeError(against: reference)
  }

  func fullRelativeError(against reference: any Snapshot) -> Double {
    guard !isUpToRotation, !reference.isUpToRotation else {
      return relativeGramError(against: reference)
    }
    let expected = reference.state()
    let own = state()
    let factor = ScaledNumber(value: 1, logScale: own.logScale).relative(to: expected.logScale)
    let difference = own.state.scaled(by: factor) - expected.state
    return difference.norm.relative(to: expected.state.norm)
  }
}

extension Double {
  /// This error as a share of a size; none is none of nothing too.
  func relative(to size: Double) -> Double { self == 0 && size == 0 ? 0 : self / size }
}

extension State {
  /// (H, W).
  var withoutBias: State { State(features: features, prototypes: prototypes) }

  /// The Frobenius norm over all blocks, without overflow.
  public var norm: Double {
    [features.elements.norm, prototypes.elements.norm, bias?.norm ?? 0].norm
  }
}

extension Matrix {
  /// Every row less its mean: the columns less their mean column.
  var centredColumns: Matrix {
    var result = self
    for row in 0..<rows {
      let range = range(ofRow: row)
      let mean = elements.span.extracting(range).sum / Double(columns)
      for index in range { result.elements[index] -= mean }
    }
    return result
  }

  /// Every column divided by its norm; a column of zeros stays.
  var withUnitColumns: Matrix {
    let factors = (0..<columns).map { index -> Double in
      let norm = column(index).norm
      return norm > 0 ? 1 / norm : 0
    }
    return scalingColumns(by: factors)
  }
}
