import DynNumerics
import RealModule

/// Moments over starts from dense matrices, without modes.
///
/// All p rows x = (h, w) of (H, W) move alike: x(t) = x_0 E. The propagator E is integrated from the
/// unit starts. With independent entries of x_0 of deviations d and R = diag(d) E, a form x Q x' summed
/// over rows with means X has the mean p tr(R Q R') + tr(X Q X') and the variance
/// 2 p |R Q R'|^2 + 4 |R Q X'|^2.
struct DenseStartMoments {
  private let problem: Problem
  /// What integrations may be away, relative.
  let bound: Double
  /// R and X.
  private let deviations: Matrix
  private let means: Matrix
  /// The mean of b(t), and the deviation of its entries.
  private let bias: (mean: [Double], deviation: Double)

  private static let relative = 1e-12
  private static let absolute = 1e-14

  /// - Throws: `SolverFailure` when the propagator cannot be integrated up to the horizon.
  init(_ verification: Verification) throws(SolverFailure) {
    let problem = verification.problem
    let (samples, classes) = (problem.sampleCount, problem.classCount)
    let size = samples + classes
    let unit = problem.starting(
      from: InitialState(
        State(
          features: Matrix(rows: size, columns: samples) { $0 == $1 ? 1 : 0 },
          prototypes: Matrix(rows: size, columns: classes) { $0 == samples + $1 ? 1 : 0 },
          bias: problem.start.bias.map { $0.map { _ in 0 } })))
    let prepared = try PreparedProblem.orFailure(unit)
    let ode = OdeSolver(
      method: .dop853,
      control: .adaptive(relative: Self.relative, absolute: Self.absolute))
    let state = try verification.replacing(prepared).final(ode, at: verification.horizon).state()
      .unscaled
    let propagator = state.rows
    let distribution = problem.distribution
    deviations = Matrix(rows: size, columns: size) { row, column in
      (row < samples ? distribution.features : distribution.prototypes).deviation
        * propagator[row, column]
    }
    let start = problem.meanSamples
    means = start.rows.times(propagator)
    let decay = Double.exp(
      -problem.decay.bias * problem.rates.integrals(to: verification.horizon).prototypes)
    bias = (
      zip(state.bias ?? [], start.bias ?? []).map { $0 + decay * $1 },
      decay * distribution.bias.deviation
    )
    self.problem = problem
    let root = Double(size * size).squareRoot()
    bound =
      200 * (Self.relative + Self.absolute * root / propagator.elements.norm)
      * max(1, verification.growth(at: verification.horizon) / 10)
  }

  /// Mean and standard deviation of an observable.
  func moments(of observable: Observable) -> (mean: Double, deviation: Double) {
    switch observable.name {
    case Observable.squaredNormFeatures.name: return form { $0.features(of: problem) }
    case Observable.squaredNormPrototypes.name: return form { $0.prototypes(of: problem) }
    case Observable.squaredNormState.name: return form { $0 }
    case Observable.loss.name: return loss
    case Observable.objective.name: return (objective, .nan)
    default: return (.nan, .nan)
    }
  }

  private var loss: (mean: Double, deviation: Double) {
    let linear = form { -0.5 * $0.coupled(by: problem) }
    let drive = problem.labels.biasDrive
    guard problem.start.bias != nil else { return linear }
    return (
      linear.mean - drive.dot(bias.mean),
      Double.hypot(linear.deviation, bias.deviation * drive.norm)
    )
  }

  private var objective: Double {
    let decay = problem.decay
    let (features, prototypes) = (
      form { $0.features(of: problem) }.mean, form { $0.prototypes(of: problem) }.mean
    )
    let square =
      bias.mean.sumOfSquares + Double(bias.mean.count) * bias.deviation * bias.deviation
    return loss.mean
      + (decay.features * features + decay.prototypes * prototypes + decay.bias * square) / 2
  }

  /// The moments of the form whose product with rows from the left is given.
  private func form(_ apply: (Matrix) -> Matrix) -> (mean: Double, deviation: Double) {
    let applied = apply(deviations)
    let gram = applied.timesTransposed(deviations)
    let rows = Double(problem.featureDimension)
    return (
      rows * gram.trace + apply(means).elements.dot(means.elements),
      Double.hypot(
        (2 * rows).squareRoot() * gram.elements.norm,
        2 * applied.timesTransposed(means).elements.norm)
    )
  }
}

extension State {
  /// (h, w) row by row (p x (n + C)).
  fileprivate var rows: Matrix {
    let samples = features.columns
    return Matrix(rows: features.rows, columns: samples + prototypes.columns) {
      $1 < samples ? features[$0, $1] : prototypes[$0, $1 - samples]
    }
  }
}

extension Problem {
  /// The mean of the starts, with all samples.
  fileprivate var meanSamples: State {
    func mean(_ matrix: Matrix, _ block: StartDistribution.Block) -> Matrix {
      block == .given ? matrix : Matrix(rows: matrix.rows, columns: matrix.columns)
    }
    return State(
      features: mean(start.features, distribution.features),
      prototypes: mean(start.prototypes, distribution.prototypes),
      bias: start.bias.map { distribution.bias == .given ? $0 : $0.map { _ in 0 } })
  }
}

/// Rows (h, w) times the matrix of a quadratic form.
extension Matrix {
  /// (h, 0).
  fileprivate func features(of problem: Problem) -> Matrix {
    Matrix(rows: rows, columns: columns) { $1 < problem.sampleCount ? self[$0, $1] : 0 }
  }

  /// (0, w).
  fileprivate func prototypes(of problem: Problem) -> Matrix {
    Matrix(rows: rows, columns: columns) { $1 < problem.sampleCount ? 0 : self[$0, $1] }
  }

  /// (w M, h M').
  fileprivate func coupled(by problem: Problem) -> Matrix {
    let partition = problem.labels.partition
    // The columns of M, one per class.
    let operators = problem.labels.pull(.identity(problem.classCount))
    var full = Matrix(rows: columns, columns: columns)
    for group in partition.sizes.indices {
      for sample in partition.range(ofClass: group) {
        for label in 0..<operators.rows {
          full[partition.sampleCount + label, sample] = operators[label, group]
          full[sample, partition.sampleCount + label] = operators[label, group]
        }
      }
    }
    return times(full)
  }
}
