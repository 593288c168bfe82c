import DynNumerics
import RealModule

/// The start of the flow of squared error in the eigenvectors of its linear part
///
///     F = [[0, Y'], [Y, 0]]/n - lambda I
///
/// on rows (h, w), with Y = T L the targets of the samples. With Q = diag(n_k)^-1/2 L and the singular
/// value decomposition T diag(n_k)^1/2/n = U S X', the class part A = H Q' and W have the modes
/// (A x_j + W u_j)/sqrt 2 with the eigenvalue sigma_j - lambda and (A x_j - W u_j)/sqrt 2 with -sigma_j -
/// lambda; what no mode sees has -lambda.
///
/// Of what no mode sees only the span matters, so that it is held as a factor with few columns beside
/// the matrices themselves. O(p^2 (n + C)) once.
final class BalancedRegressionBasis: Sendable {
  let problem: Problem
  /// The power of two that the start was divided by, so that squares of its entries are numbers.
  let unit: Double
  /// The columns of the start in those eigenvectors, a row a column, each divided by its length: first
  /// the plus modes, then the minus modes, then the factor of the rest (N x p).
  let directions: Matrix
  /// Their lengths, in the unit (N).
  let lengths: [Double]
  /// Their eigenvalues (N).
  let eigenvalues: [Double]
  /// What no mode sees, in the unit: it only decays, and is pushed aside by the others.
  let rest: State
  /// sigma_j, largest first.
  private let values: [Double]
  /// U (C x k).
  private let left: Matrix
  /// X (K x k).
  private let right: Matrix

  /// - Throws: `NumericsError` when a decomposition fails.
  init(_ problem: Problem) throws(NumericsError) {
    self.problem = problem
    let (labels, start) = (problem.labels, problem.initialState)
    let largest = max(
      start.features.elements.span.largestMagnitude,
      start.prototypes.elements.span.largestMagnitude)
    unit = ScaledMatrix.unit(largest) ?? 1
    let state = start.divided(by: unit)
    let roots = labels.partition.sizes.map { Double($0).squareRoot() }
    let samples = Double(problem.sampleCount)
    let modes = try labels.targets.table.matrix(classCount: labels.classCount)
      .scalingColumns(by: roots.map { $0 / samples })
      .singularValueDecomposition()
    (values, left, right) = (modes.values, modes.left, modes.right)

    let means = labels.classSums(state.features)
      .scalingColumns(by: labels.partition.sizes.map { 1 / Double($0) })
    let classPart = means.scalingColumns(by: roots)
    let (own, other) = (classPart.times(modes.right), state.prototypes.times(modes.left))
    let seen =
      means
      - classPart.rest(of: own, on: modes.right)
      .scalingColumns(by: roots.map { 1 / $0 })
    rest = State(
      features: state.features - labels.repeated(seen),
      prototypes: state.prototypes.rest(of: other, on: modes.left))

    let half = 0.5.squareRoot()
    let factor = try rest.factor()
    let columns = [half * (own + other), half * (own - other), factor].map(\.transposed)
    let decay = problem.decay.features
    eigenvalues =
      values.map { $0 - decay } + values.map { -$0 - decay }
      + [Double](repeating: -decay, count: factor.columns)
    let rows = columns.flatMap { matrix in
      (0..<matrix.rows).map { Array(matrix.elements[matrix.range(ofRow: $0)]) }
    }
    let lengths = rows.map(\.norm)
    self.lengths = lengths
    directions = Matrix(
      rows: rows.count, columns: problem.featureDimension,
      elements: zip(rows, lengths).flatMap { row, length in
        row.map { length > 0 ? $0 / length : 0 }
      })
  }

  /// lambda.
  var decay: Double { problem.decay.features }
  /// sigma_1.
  var largestValue: Double { values.first ?? 0 }
  /// k, the number of plus modes and of minus modes.
  private var modeCount: Int { values.count }

  /// The state whose modes are F times `columns` (r x N), and whose rest is T times that of the start,
  /// with F (p x r) and T (p x p).
  func state(frame: Matrix, columns: Matrix, restMap: Matrix) -> State {
    let half = 0.5.squareRoot()
    let plus = columns.permutingColumns(Array(0..<modeCount))
    let minus = columns.permutingColumns(Array(modeCount..<2 * modeCount))
    let roots = problem.labels.partition.sizes.map { 1 / Double($0).squareRoot() }
    let means = (half * (plus + minus)).timesTransposed(right).scalingColumns(by: roots)
    let prototypes = (half * (plus - minus)).timesTransposed(left)
    return State(
      features: problem.labels.repeated(frame.times(means)) + restMap.times(rest.features),
      prototypes: frame.times(prototypes) + restMap.times(rest.prototypes))
  }
}

extension Matrix {
  /// The matrix less its projection on orthonormal columns, given its product with them: exactly zero
  /// where they span everything.
  fileprivate func rest(of product: Matrix, on basis: Matrix) -> Matrix {
    basis.rows == basis.columns
      ? Matrix(rows: rows, columns: columns) : self - product.timesTransposed(basis)
  }
}

extension State {
  /// Few columns with the same H H' + W W' (p x r), without those that are rounding.
  fileprivate func factor() throws(NumericsError) -> Matrix {
    let gram = features.timesTransposed(features) + prototypes.timesTransposed(prototypes)
    let decomposition = try gram.symmetricEigendecomposition()
    let floor = Double(gram.rows) * Double.ulpOfOne * (decomposition.values.last ?? 0)
    let kept = decomposition.values.indices.filter { decomposition.values[$0] > floor }
    return decomposition.vectors.permutingColumns(kept)
      .scalingColumns(by: kept.map { decomposition.values[$0].squareRoot() })
  }
}
