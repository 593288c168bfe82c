public import DynNumerics
import RealModule

/// A snapshot of a solver that holds the full state.
///
/// What the default observables need of the features, class sums and scatter, is gathered in one
/// pass. Entries far from 1 are kept in scaled form, so that products of four
/// of them neither overflow nor underflow.
public struct FullSnapshot: Snapshot {
  /// The time.
  public let time: Double
  /// The problem.
  public let problem: Problem
  /// The logarithm of what the state was divided by.
  public let logScale: Double
  private let scaledState: State
  private let rows: ClassRows
  /// How many threads its passes may use.
  public let threads: Int
  /// Whether the state is known up to a rotation of the feature space only.
  public let isUpToRotation: Bool
  /// Of the features divided by e^featureScale, which is more than 1 beside much larger prototypes
  /// only.
  private let moments: ClassMoments
  private let featureScale: Double
  private var findVelocity: () -> State?

  /// A snapshot of a state.
  public init(time: Double, problem: Problem, state: State) {
    self.init(time: time, problem: problem, state: ScaledState(state))
  }

  /// A snapshot of a state in scaled form.
  init(time: Double, problem: Problem, state: ScaledState, isUpToRotation: Bool = false) {
    let rows = ClassRows(sizes: problem.labels.partition.sizes)
    self.init(
      time: time, problem: problem, state: state, isUpToRotation: isUpToRotation, rows: rows,
      threads: 1)
  }

  /// A snapshot of a state of a prepared problem, measured by its threads; `velocity` is asked while
  /// the descent that it is of stands still.
  init(
    time: Double, prepared: PreparedProblem, state: State,
    velocity: @escaping () -> State? = { nil }
  ) {
    self.init(
      time: time, problem: prepared.problem, state: ScaledState(state), isUpToRotation: false,
      rows: prepared.rows, threads: prepared.threads, velocity: velocity)
  }

  /// A snapshot of a descent on a landscape.
  init(time: Double, problem: Problem, state: State, velocity: @escaping () -> State?) {
    let rows = ClassRows(sizes: problem.labels.partition.sizes)
    self.init(
      time: time, problem: problem, state: ScaledState(state), isUpToRotation: false, rows: rows,
      threads: 1, velocity: velocity)
  }

  /// The same without the descent that it is of, to be kept.
  var atRest: FullSnapshot {
    var snapshot = self
    snapshot.findVelocity = { nil }
    return snapshot
  }

  private init(
    time: Double, problem: Problem, state: ScaledState, isUpToRotation: Bool, rows: ClassRows,
    threads: Int, velocity: @escaping () -> State? = { nil }
  ) {
    findVelocity = velocity
    self.time = time
    self.problem = problem
    self.isUpToRotation = isUpToRotation
    self.rows = rows
    self.threads = threads
    let (features, prototypes) = (state.state.features, state.state.prototypes)
    let moments = ClassMoments(rows.moments(features, threads: threads))
    let square = moments.squaredNorm(sizes: problem.labels.partition.sizes)
    guard !(square > 1e-100 && square + prototypes.elements.sumOfSquares < 1e100) else {
      (logScale, scaledState, self.moments) = (state.logScale, state.state, moments)
      featureScale = 0
      return
    }
    let largestFeature = rows.largestMagnitude(features, threads: threads)
    let largest = max(largestFeature, prototypes.elements.span.largestMagnitude)
    let isFarFromOne = largest > 1e60 || (largest < 1e-60 && largest > 0)
    let unit =
      isFarFromOne ? Double(sign: .plus, exponent: largest.exponent, significand: 1) : 1
    logScale = state.logScale + Double.log(unit)
    scaledState = isFarFromOne ? state.state.divided(by: unit) : state.state
    let own = ScaledMatrix(scaledState.features, largest: largestFeature / unit)
    featureScale = own.logScale
    self.moments =
      isFarFromOne || featureScale != 0
      ? ClassMoments(rows.moments(own.matrix, threads: threads)) : moments
  }

  /// That of the descent, at the snapshot's time only.
  public func velocity() -> State? { findVelocity() }

  /// The state, scaled where its entries are far from 1.
  public func state() -> ScaledState { ScaledState(scaledState, logScale: logScale) }

  /// From the class sums and the scatter.
  public func norms() -> BlockNorms {
    let features = moments.squaredNorm(sizes: problem.labels.partition.sizes).squareRoot()
    return BlockNorms(
      features: ScaledNumber(value: features, logScale: featureScale).relative(to: 0),
      prototypes: scaledState.prototypes.elements.norm, bias: scaledState.bias?.norm ?? 0)
  }

  /// The features' share of -<M, W'H>: their class sums, of unit features where the logits normalise
  /// them.
  public func classSums() -> Matrix {
    if problem.normalizesFeatures {
      return problem.labels.classSums(scaledState.features.withUnitColumns)
    }
    return featureScale == 0 ? moments.sums : .scale(featureScale) * moments.sums
  }

  /// From the class sums and the scatter, features and prototypes each in their own scale.
  public func classGeometry() -> ClassGeometry {
    ClassGeometry(
      problem.labels,
      groupMeans: moments.sums.scalingColumns(
        by: problem.labels.partition.sizes.map { 1 / Double($0) }),
      scatter: moments.scatter, prototypes: ScaledMatrix(scaledState.prototypes).matrix)
  }

  /// Against a reference in modes, which need not form its state.
  public func relativeError(against reference: any Snapshot) -> Double {
    let factor = ScaledNumber(value: 1, logScale: logScale).relative(to: reference.logScale)
    // Beyond that squares of the difference might overflow or underflow.
    guard let reference = reference as? ModalSnapshot, factor > 1e-140, factor < 1e140,
      featureScale == 0
    else {
      return fullRelativeError(against: reference)
    }
    let expected = reference.affineState()
    return difference(times: factor, from: expected).squareRoot()
      .relative(to: reference.norms().total)
  }

  /// The squared norm of factor times the state less another one; |f H - X| = |f| |H - X/f| needs no
  /// copy of H.
  private func difference(times factor: Double, from other: AffineState) -> Double {
    // Without deviations the class means are enough.
    let features =
      other.factor == 0
      ? moments.squaredDistance(
        from: other.shifts, times: 1 / factor, sizes: problem.labels.partition.sizes)
      : rows.squaredDistance(
        of: scaledState.features, from: other.features, times: other.factor / factor,
        shiftedBy: other.shifts, times: 1 / factor, threads: threads)
    let prototypes = scaledState.prototypes.squaredDistance(
      from: other.prototypes, times: 1 / factor)
    let bias = zip(scaledState.bias ?? [], other.bias ?? []).map { factor * $0 - $1 }
    return factor * factor * (features + prototypes) + bias.sumOfSquares
  }

  /// The distance to a limit in modes, which need not form its state.
  public func distance(to direction: LimitDirection) -> Double {
    guard case .modal(let basis, let limit) = direction.form, featureScale == 0 else {
      return fullDistance(to: direction)
    }
    let norm = norms().withoutBias
    let limitNorm = basis.norms(limit).withoutBias
    guard norm > 0, norm.isFinite, limitNorm > 0 else { return .nan }
    var target = direction.affineState ?? basis.affineState(limit)
    target.bias = nil
    return difference(times: limitNorm / norm, from: target).squareRoot() / limitNorm
  }
}

/// The class sums of the features (p x C) and the squared deviations from the class means (C).
struct ClassMoments {
  let sums: Matrix
  let scatter: [Double]

  init(_ moments: (sums: Matrix, scatter: [Double])) { (sums, scatter) = moments }

  /// The sum over samples of |h_i - factor m_y|^2 for a column m_c a class (p x C). O(p C).
  func squaredDistance(from means: Matrix, times factor: Double, sizes: [Int]) -> Double {
    let roots = sizes.map { Double($0).squareRoot() }
    let own = sums.scalingColumns(by: roots.map { 1 / $0 })
    let other = means.scalingColumns(by: roots)
    return own.squaredDistance(from: other, times: factor) + scatter.sum
  }

  func squaredNorm(sizes: [Int]) -> Double {
    let means = sums.scalingColumns(by: sizes.map { 1 / Double($0).squareRoot() })
    return means.elements.sumOfSquares + scatter.sum
  }
}
