import DynNumerics
import Synchronization

/// A state of the closed form, H = factor H_0 + shifts L: every class moves as a whole and deviations
/// from its mean share one factor.
struct AffineState: Sendable {
  /// H_0 (p x n).
  var features: Matrix { start.features }
  let start: InitialState
  let factor: Double
  /// What is added to all samples of each class (p x C).
  let shifts: Matrix
  /// W (p x C).
  let prototypes: Matrix
  /// b (C), where the model has one.
  var bias: [Double]?
}

extension ModalBasis {
  /// The full state, or in the reduced representation the reduced one. O(p (n + C^2)).
  func state(_ coefficients: PlainCoefficients) -> State {
    let affine = affineState(coefficients)
    guard !problem.isReduced else {
      // One column a class: its part A, without the deviations that are not kept.
      let roots = problem.labels.partition.sizes.map { Double($0).squareRoot() }
      let means =
        affine.factor * classPart + affine.shifts.scalingColumns(by: roots)
      return State(features: means, prototypes: affine.prototypes, bias: affine.bias)
    }
    let initial = affine.features
    // Fresh memory costs several times what is written into it: the last state's is used again once
    // nobody holds that state any more.
    var features =
      spareFeatures.withLock { $0.take() }
      ?? Matrix(rows: initial.rows, columns: initial.columns)
    rows.shift(
      initial, times: affine.factor, by: affine.shifts, into: &features, threads: threads)
    spareFeatures.withLock { $0 = features }
    return State(features: features, prototypes: affine.prototypes, bias: affine.bias)
  }

  /// H = f H_0 + (A - f A_0) Q with f the factor of the deviations, so that the state at time 0 is
  /// the initial one to the last bit. O(p C) with tables,
  /// else O(p C^2).
  func affineState(_ coefficients: PlainCoefficients) -> AffineState {
    let unit = incrementUnit(coefficients)
    // Fixed prototypes keep their bits whatever becomes of the features.
    let fixed = problem.modelCase.movesPrototypes ? unit : coefficients.blocks[0].prototypes.y
    if let tables { return affineState(coefficients, unit, fixed, tables.state) }
    let blocks = perMode(coefficients.blocks)
    let initial = perMode(initialBlocks)
    let modes = problem.labels.modes
    let a = combination(zip(blocks, initial).map { $0.features - unit * $1.features })
    let w = combination(zip(blocks, initial).map { $0.prototypes - fixed * $1.prototypes })
    let increment = a.timesTransposed(modes.right) + (unit - coefficients.within) * classPart
    let roots = problem.labels.partition.sizes.map { 1 / Double($0).squareRoot() }
    return AffineState(
      start: problem.start, factor: coefficients.within,
      shifts: increment.scalingColumns(by: roots),
      prototypes: (fixed * problem.start.prototypes) + w.timesTransposed(modes.left),
      bias: bias(coefficients))
  }

  /// The same from fixed tables.
  private func affineState(
    _ coefficients: PlainCoefficients, _ unit: Double, _ fixed: Double, _ tables: StateTables
  ) -> AffineState {
    let pairs = zip(coefficients.blocks, initialBlocks)
    let means = pairs.map { $0.features - unit * $1.features }
    let prototypes = pairs.map { $0.prototypes - fixed * $1.prototypes }
    return AffineState(
      start: problem.start, factor: coefficients.within,
      shifts: Matrix.combination(
        StateTables.factors(unit - coefficients.within, means), of: tables.means,
        threads: threads),
      prototypes: Matrix.combination(
        StateTables.factors(fixed, prototypes), of: tables.prototypes, threads: threads),
      bias: bias(coefficients))
  }

  /// The multiple of the initial state that increments are added to: none once the state is small
  /// beside it, since the increments would cancel.
  private func incrementUnit(_ coefficients: PlainCoefficients) -> Double {
    let start = norms(initialCoefficients.plain(relativeTo: 0)).total.squareRoot()
    let isSmall = norms(coefficients).total.squareRoot() < 0.1 * coefficients.unit * start
    return isSmall ? 0 : coefficients.unit
  }

  private func combination(_ factors: [SIMD2<Double>]) -> Matrix {
    var result = first
    for row in 0..<first.rows {
      for mode in 0..<first.columns {
        result[row, mode] = factors[mode].x * first[row, mode] + factors[mode].y * second[row, mode]
      }
    }
    return result
  }
}
