import DynNumerics
import RealModule

/// Free features that enter as they are, fixed prototypes and squared error: the flow of every sample
/// is affine.
struct RegressionFamily: ModelFamily {
  func includes(_ model: Model) -> Bool {
    model.features.areFree && !model.prototypes.move && !model.entry.normalizes
      && model.loss.isSquaredError
  }

  func hasExactFlow(_ model: Model) -> Bool { true }

  var blockKind: BlockLayout.Kind? { .sample }

  func flow(of problem: Problem, threads: Int) -> any Flow { SampleFlow(problem) }

  func solution(
    of problem: Problem, threads: Int
  ) throws(NumericsError) -> (any ExactSolution)? {
    RegressionSolution(basis: try RegressionBasis(problem))
  }

  func descentRefusal(of problem: Problem, _ momentum: Momentum) -> String? {
    momentum.linearRefusal
  }
}

/// The flow h' = -eta_1 ((omega_c/n) (W W'h - W t_c) + lambda_1 h) of a group c in the left singular vectors U of the
/// fixed prototypes W = U Sigma V': with q = U'h every coordinate follows
///
///     q_k' = -eta_1 (a_ck q_k - d_ck),  a_ck = (omega_c/n) sigma_k^2 + lambda_1,
///     d_c = (omega_c/n) U'W t_c
///
/// and what is left of h decays at the rate lambda_1.
final class RegressionBasis: Sendable {
  let problem: Problem
  /// U (p x k), of positive singular values only.
  private let axes: Matrix
  /// U'H_0 (k x n).
  private let start: Matrix
  /// (omega_c/n) sigma_k^2 (k x C).
  let strengths: Matrix
  /// d (k x C).
  let drives: Matrix

  /// - Throws: `NumericsError` when the decomposition fails.
  init(_ problem: Problem) throws(NumericsError) {
    self.problem = problem
    let prototypes = problem.start.prototypes
    let (values, axes) = try prototypes.leftSingularVectors()
    let weights = problem.labels.sampleWeights
    self.axes = axes
    start = axes.transposedTimes(problem.initialState.features)
    strengths = Matrix(rows: values.count, columns: weights.count) { mode, label in
      weights[label] * values[mode] * values[mode]
    }
    drives = axes.transposedTimes(problem.labels.targets.combinations(of: prototypes))
      .scalingColumns(by: weights)
  }

  var decay: Double { problem.decay.features }

  /// a (k x C).
  func rate(_ mode: Int, _ label: Int) -> Double { strengths[mode, label] + decay }

  /// The state where coordinates are (`rest` + `excess`) q_0 + `drive` d (k x C each) and what is left
  /// of h is multiplied by `rest`. Both are exactly zero at the start.
  func state(rest: Double, excess: Matrix, drive: Matrix) -> State {
    let labels = problem.labels.partition.sortedLabels
    let shifts = Matrix(rows: axes.columns, columns: labels.count) { mode, sample in
      let label = labels[sample]
      return excess[mode, label] * start[mode, sample]
        + drive[mode, label] * drives[mode, label]
    }
    return State(
      features: rest * problem.initialState.features + axes.times(shifts),
      prototypes: problem.start.prototypes)
  }
}

/// The solution, and that of gradient descent, in which e^(-a zeta) becomes a product of 1 - e a.
struct RegressionSolution: ExactSolution {
  let basis: RegressionBasis

  func flow(until end: Double) -> any Evaluator { RegressionClosedForm(basis: basis) }

  var descentIsScaled: Bool { false }

  func descent(step: Double, momentum: Momentum) -> (any Evaluator)? {
    momentum.factor > 0 ? nil : RegressionDescent(basis: basis, step: step)
  }

  var prediction: LimitPrediction { prediction(RegressionLimit(basis) { $0 }) }

  /// A mode with the rate a falls by 1 - e a in a step of size e: one that is not closer to the limit
  /// after it never comes there.
  func descentPrediction(step: Double, until end: Double) -> LimitPrediction {
    guard let rate = basis.problem.rates.constantRates?.features else {
      return .unknown("descent with a varying rate has no predicted rate")
    }
    let size = step * rate
    let limit = RegressionLimit(basis) { -Double.log(abs(1 - size * $0)) / size }
    guard limit.slowest ?? 1 > 0 else {
      return .unknown("the step is too long: descent overshoots and grows")
    }
    return prediction(limit)
  }

  func fastestRate(_ rates: RatePair) -> Double {
    rates.features * ((basis.strengths.elements.max() ?? 0) + basis.decay)
  }

  private func prediction(_ limit: RegressionLimit) -> LimitPrediction {
    LimitPrediction(
      direction: LimitDirection(.state(limit.state)), alignedDirection: nil, projection: nil,
      approach: limit.slowest.map { .exponential(rate: $0, degree: 0) } ?? .immediate,
      clock: .features, growthExponent: 0, settledFrom: limit.settledFrom)
  }
}

private struct RegressionClosedForm: Evaluator {
  let basis: RegressionBasis

  func snapshot(at time: Double) -> any Snapshot {
    let zeta = basis.problem.rates.integrals(to: time).features
    let rest = Double.exp(-basis.decay * zeta)
    let excess = basis.strengths.mapping { rest * Double.expMinusOne(-$0 * zeta) }
    let drive = basis.strengths.mapping { strength in
      let rate = strength + basis.decay
      return rate > 0 ? -Double.expMinusOne(-rate * zeta) / rate : zeta
    }
    return FullSnapshot(
      time: time, problem: basis.problem,
      state: basis.state(rest: rest, excess: excess, drive: drive))
  }
}

/// O(steps C^2), and a state an output.
private struct RegressionDescent: Evaluator {
  private let basis: RegressionBasis
  private var clock: DescentClock
  private var rest = 1.0
  private var excess: Matrix
  private var drive: Matrix

  init(basis: RegressionBasis, step: Double) {
    self.basis = basis
    clock = DescentClock(basis.problem.rates, step: step)
    excess = basis.strengths.mapping { _ in 0 }
    drive = excess
  }

  mutating func snapshot(at time: Double) throws(SolverFailure) -> any Snapshot {
    while let size = clock.next(before: time)?.features {
      for index in basis.strengths.elements.indices {
        let strength = basis.strengths.elements[index]
        let factor = 1 - size * (strength + basis.decay)
        // f - r for the next step, f and r being multiplied by their own factors.
        excess.elements[index] = factor * excess.elements[index] - size * strength * rest
        drive.elements[index] = factor * drive.elements[index] + size
      }
      rest *= 1 - size * basis.decay
    }
    guard excess.elements.allSatisfy(\.isFinite), drive.elements.allSatisfy(\.isFinite) else {
      throw SolverFailure(
        "exact gradient descent left the range of a double by t = \(time): the steps are too long, "
          + "and overshoot; lower the step or the learning rate")
    }
    return FullSnapshot(
      time: time, problem: basis.problem,
      state: basis.state(rest: rest, excess: excess, drive: drive))
  }
}

/// Where the flow goes, and the deviations from there by their rates.
private struct RegressionLimit {
  let state: State
  /// The norms of the deviation at time 0 by the rate at which they fall, slowest first; rates that
  /// are equal up to rounding are one.
  private let deviations: [(rate: Double, norm: Double)]

  /// `rate` makes the rates of deviations of those of the flow; parts that vanish at once are left
  /// out.
  init(_ basis: RegressionBasis, rate: (Double) -> Double) {
    let rest = basis.decay > 0 ? 0.0 : 1.0
    let state = basis.state(
      rest: rest, excess: basis.strengths.mapping { _ in -rest },
      drive: basis.strengths.mapping { 1 / ($0 + basis.decay) })
    self.state = state
    deviations = basis.deviations(from: state)
      .map { (rate: rate($0.rate), norm: $0.norm) }.filter(\.rate.isFinite)
      .sorted { $0.rate < $1.rate }
      .reduce(into: []) { merged, part in
        guard let last = merged.last, part.rate <= last.rate + 1e-9 * abs(last.rate) else {
          return merged.append(part)
        }
        merged[merged.count - 1].norm = Double.hypot(last.norm, part.norm)
      }
  }

  /// The slowest rate; nil where the start is the limit.
  var slowest: Double? { deviations.first?.rate }

  /// From where on all other parts are below a thousandth of the slowest one, and that itself of the
  /// state.
  var settledFrom: Double? {
    guard let slowest = deviations.first, slowest.rate > 0 else { return nil }
    let others = deviations.dropFirst().map {
      Double.log(1e3 * $0.norm / slowest.norm) / ($0.rate - slowest.rate)
    }
    return max(0, others.max() ?? 0, Double.log(1e3 * slowest.norm / state.norm) / slowest.rate)
  }
}

extension RegressionBasis {
  /// The norms of the parts of H_0 less a limit, with the rates at which they fall; what does not
  /// fall is not among them.
  fileprivate func deviations(from limit: State) -> [(rate: Double, norm: Double)] {
    let difference = problem.initialState.features - limit.features
    let coordinates = axes.transposedTimes(difference)
    let rest = difference - axes.times(coordinates)
    var parts = decay > 0 ? [(rate: decay, norm: rest.elements.norm)] : []
    for label in 0..<problem.labels.groupCount {
      let range = problem.labels.partition.range(ofClass: label)
      for mode in 0..<coordinates.rows {
        parts.append((rate(mode, label), range.map { coordinates[mode, $0] }.norm))
      }
    }
    // Parts that are rounding of the difference say nothing about its rates.
    let floor = 1e-13 * difference.elements.norm
    return parts.filter { $0.norm > floor }
  }
}

extension Matrix {
  /// The matrix of a function of every entry.
  fileprivate func mapping(_ transform: (Double) -> Double) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map(transform))
  }

  /// The singular values above rounding and their left singular vectors as columns.
  fileprivate func leftSingularVectors() throws(NumericsError) -> ([Double], Matrix) {
    let decomposition = try singularValueDecomposition()
    let values = decomposition.values
    let floor = 1e-14 * (values.first ?? 0)
    let kept = values.indices.filter { values[$0] > floor }
    return (kept.map { values[$0] }, decomposition.left.permutingColumns(kept))
  }
}
