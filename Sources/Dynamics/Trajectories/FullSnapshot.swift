public import DynNumerics
import RealModule

/// A snapshot of a solver that holds the full state.
///
/// What the default observables need of the features, class sums and scatter, is gathered in one
/// pass when first asked for. Entries far from 1 are kept in scaled form, so that products of four
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
  private let threads: Int
  private let moments: Memoized<ClassMoments>

  /// A snapshot of a state.
  public init(time: Double, problem: Problem, state: State) {
    let rows = ClassRows(sizes: problem.labels.partition.sizes)
    self.init(time: time, problem: problem, state: state, rows: rows, threads: 1)
  }

  /// A snapshot of a state of a prepared problem, measured by its threads.
  init(time: Double, prepared: PreparedProblem, state: State) {
    self.init(
      time: time, problem: prepared.problem, state: state, rows: prepared.rows,
      threads: prepared.threads)
  }

  private init(time: Double, problem: Problem, state: State, rows: ClassRows, threads: Int) {
    self.time = time
    self.problem = problem
    self.rows = rows
    self.threads = threads
    let largest = max(
      rows.largestMagnitude(state.features, threads: threads),
      state.prototypes.elements.span.largestMagnitude)
    let isFarFromOne = largest > 1e60 || (largest < 1e-60 && largest > 0)
    logScale = isFarFromOne ? Double.log(largest) : 0
    let scaled = isFarFromOne ? state.scaled(by: 1 / largest) : state
    scaledState = scaled
    moments = Memoized {
      ClassMoments(rows.moments(scaled.features, threads: threads))
    }
  }

  /// The state, scaled where its entries are far from 1.
  public func state() -> ScaledState { ScaledState(scaledState, logScale: logScale) }

  /// From the class sums and the scatter.
  public func norms() -> SquaredNorms {
    SquaredNorms(
      features: moments.value.squaredNorm(sizes: problem.labels.partition.sizes),
      prototypes: scaledState.prototypes.elements.sumOfSquares,
      bias: scaledState.bias?.sumOfSquares ?? 0)
  }

  /// The features' share of -<M, W'H>: their class sums, of unit features in the spherical case.
  public func classSums() -> Matrix {
    problem.modelCase == .spherical
      ? problem.labels.classSums(scaledState.features.withUnitColumns) : moments.value.sums
  }

  /// From the class sums and the scatter.
  public func classGeometry() -> ClassGeometry {
    let sizes = problem.labels.partition.sizes
    return ClassGeometry(
      means: moments.value.sums.scalingColumns(by: sizes.map { 1 / Double($0) }),
      prototypes: scaledState.prototypes, scatter: moments.value.scatter, sizes: sizes)
  }

  /// Against a reference in modes, which need not form its state.
  public func relativeError(against reference: any Snapshot) -> Double {
    let factor = ScaledNumber(value: 1, logScale: logScale).relative(to: reference.logScale)
    guard let reference = reference as? ModalSnapshot, factor > 0, factor.isFinite else {
      return fullRelativeError(against: reference)
    }
    let expected = reference.affineState()
    return difference(times: factor, from: expected).squareRoot()
      / reference.norms().total.squareRoot()
  }

  /// The squared norm of factor times the state less another one.
  private func difference(times factor: Double, from other: AffineState) -> Double {
    // |f H - X| = |f| |H - X/f|, which needs no copy of H.
    let features =
      factor * factor
      * rows.squaredDistance(
        of: scaledState.features, from: other.features, times: other.factor / factor,
        shiftedBy: (1 / factor) * other.shifts, threads: threads)
    let prototypes = (factor * scaledState.prototypes - other.prototypes).elements.sumOfSquares
    let bias = zip(scaledState.bias ?? [], other.bias ?? []).map { factor * $0 - $1 }
    return features + prototypes + bias.sumOfSquares
  }

  /// The distance to a limit in modes, which need not form its state.
  public func distance(to direction: LimitDirection) -> Double {
    guard case .modal(let basis, let limit) = direction.form else {
      return fullDistance(to: direction)
    }
    let norm = norms().withoutBias.squareRoot()
    let limitNorm = basis.norms(limit).withoutBias.squareRoot()
    guard norm > 0, norm.isFinite, limitNorm > 0 else { return .nan }
    var target = basis.affineState(limit).scaled(by: 1 / limitNorm)
    target.bias = nil
    return difference(times: 1 / norm, from: target).squareRoot()
  }
}

/// The class sums of the features (p x C) and the squared deviations from the class means (C).
struct ClassMoments {
  let sums: Matrix
  let scatter: [Double]

  init(_ moments: (sums: Matrix, scatter: [Double])) { (sums, scatter) = moments }

  func squaredNorm(sizes: [Int]) -> Double {
    let means = sums.scalingColumns(by: sizes.map { 1 / Double($0).squareRoot() })
    return means.elements.sumOfSquares + scatter.sum
  }
}
