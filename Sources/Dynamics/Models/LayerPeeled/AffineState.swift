import DynNumerics
import Synchronization

/// A state of the closed form, H = factor H_0 + shifts L: every group moves as a whole and deviations
/// from its mean share one factor.
struct AffineState: Sendable {
  /// H_0 (p x n).
  var features: Matrix { start.features }
  let start: InitialState
  let factor: Double
  /// What is added to all samples of each group (p x K).
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
    let fixed =
      problem.movesPrototypes ? unit : coefficients.blocks[0].start.prototypes.y
    let initial = initialBlocks
    func increments(_ frame: ModeFrame, _ unit: Double, _ side: Side) -> [SIMD2<Double>] {
      zip(coefficients.pairs(frame), initial).map { side($0 - unit * $1[frame]) }
    }
    let frames = frames(coefficients)
    return AffineState(
      start: problem.start, factor: coefficients.within,
      shifts: meanShifts(
        self[frames.features], increments(frames.features, unit) { $0.features },
        unit - coefficients.within),
      prototypes: prototypes(
        self[frames.prototypes], increments(frames.prototypes, fixed) { $0.prototypes }, fixed),
      bias: bias(coefficients))
  }

  /// What is added to the class means for increments of the modes' features, one pair per distinct
  /// value.
  private func meanShifts(
    _ frame: ModalFrame, _ increments: [SIMD2<Double>], _ unit: Double
  ) -> Matrix {
    if let tables = frame.tables(self)?.state {
      return Matrix.combination(
        StateTables.factors(unit, increments), of: tables.means, threads: threads)
    }
    let roots = problem.labels.partition.sizes.map { 1 / Double($0).squareRoot() }
    let sums =
      frame.combination(perMode(increments)).timesTransposed(problem.labels.modes.right)
      + unit * modalPart
    return sums.scalingColumns(by: roots)
  }

  private func prototypes(
    _ frame: ModalFrame, _ increments: [SIMD2<Double>], _ unit: Double
  ) -> Matrix {
    if let tables = frame.tables(self)?.state {
      return Matrix.combination(
        StateTables.factors(unit, increments), of: tables.prototypes, threads: threads)
    }
    return unit * problem.start.prototypes
      + frame.combination(perMode(increments)).timesTransposed(problem.labels.modes.left)
  }

  /// The multiple of the initial state that increments are added to: none once the state is small
  /// beside it, since the increments would cancel.
  private func incrementUnit(_ coefficients: PlainCoefficients) -> Double {
    let start = norms(initialCoefficients.plain(relativeTo: 0)).total
    let isSmall = norms(coefficients).total < 0.1 * coefficients.unit * start
    return isSmall ? 0 : coefficients.unit
  }
}
