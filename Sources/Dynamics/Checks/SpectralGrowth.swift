import DynNumerics

/// Spectral descent on the unhinged loss without decay in closed form, from a start whose factors are
/// aligned with the modes of the label operator G = U S X' (<doc:SpectralDescent>):
///
///     F_i V_i = V_(i+1) P_i,   F_i'V_(i+1) = V_i P_i,   V_0 = X, ..., V_N = U
///
/// with the class parts F_0 = A, and F_1 = W' or the layers F_1, ..., F_L; V_i'V_i = I; the P_i
/// symmetric, positive and commuting with S, with more than two factors with each other too. The
/// gradient by F_i is - V_(i+1) (S times the other P) V_i', whose polar factor - V_(i+1) V_i' is that of
/// every later step: all singular values of P_i grow by the step size, and nothing else moves.
///
/// Modes along which A and the last factor vanish stay away, and those with sigma_j = 0 do not move.
struct SpectralGrowth {
  /// V_(i+1) V_i' for every factor.
  private let directions: [Matrix]
  /// P_i.
  private let parts: [Matrix]
  /// sigma_j of the modes that grow.
  private let values: [Double]
  private let problem: Problem

  /// How far the equations may be from holding, relative to the factors.
  private static let tolerance = 1e-12

  /// The growth from the start of a problem; nil where its factors are not aligned.
  ///
  /// - Throws: `NumericsError` when a decomposition fails.
  init?(_ problem: Problem) throws(NumericsError) {
    let start = problem.initialState
    let factors =
      [problem.labels.project(start.features)]
      + (start.layers.isEmpty ? [start.prototypes.transposed] : start.layers)
    let modes = problem.labels.modes
    let least = SpectralDirection.threshold * (modes.values.max() ?? 0)
    let growing = modes.values.indices.filter {
      modes.values[$0] > least
        && !factors.annihilate(
          left: modes.left.column($0), right: modes.right.column($0), within: Self.tolerance)
    }
    guard !growing.isEmpty else { return nil }
    values = growing.map { modes.values[$0] }
    self.problem = problem
    var frames = [modes.right.permutingColumns(growing)]
    var parts: [Matrix] = []
    for (index, factor) in factors.enumerated() {
      let frame = frames[index]
      let image = factor.times(frame)
      let next =
        index + 1 < factors.count
        ? try image.polarFactor(above: Self.tolerance) : modes.left.permutingColumns(growing)
      let part = next.transposedTimes(image)
      let size = Self.tolerance * factor.elements.norm
      guard (next.transposedTimes(next) - Matrix.identity(growing.count)).elements.norm <= 0.5,
        (image - next.times(part)).elements.norm <= size,
        (factor.transposedTimes(next) - frame.times(part)).elements.norm <= size,
        (part - part.transposed).elements.norm <= size,
        part.commutes(with: .diagonal(values), within: Self.tolerance),
        try part.symmetricEigendecomposition().values.allSatisfy({ $0 > size })
      else { return nil }
      frames.append(next)
      parts.append(part)
    }
    guard parts.count < 3 || parts.allCommute(within: Self.tolerance) else { return nil }
    self.parts = parts
    directions = factors.indices.map { frames[$0 + 1].timesTransposed(frames[$0]) }
  }

  /// The largest ratio of two singular values of one factor's gradient, when the factors have grown by
  /// given amounts: its polar factor is known to that many units of rounding.
  ///
  /// - Throws: `NumericsError` when a decomposition fails.
  func condition(after growth: RatePair) throws(NumericsError) -> Double {
    let grown = parts.enumerated().map { index, part in
      let amount = index == 0 ? growth.features : growth.prototypes
      let matrix = part + amount * Matrix.identity(values.count)
      return matrix.divided(by: matrix.elements.span.largestMagnitude)
    }
    var largest = 1.0
    for factor in grown.indices {
      let strengths = try grown.indices.filter { $0 != factor }
        .reduce(Matrix.diagonal(values)) { $0.times(grown[$1]) }
        .singularValueDecomposition().values
      largest = max(largest, (strengths.first ?? 1) / (strengths.last ?? 1))
    }
    return largest
  }

  /// The state when the factors have grown by given amounts. O(p n).
  func state(after growth: RatePair) -> State {
    let (labels, start) = (problem.labels, problem.initialState)
    let means = directions[0]
      .scalingColumns(by: labels.partition.sizes.map { growth.features / Double($0).squareRoot() })
    let features = start.features + labels.repeated(means)
    guard !start.layers.isEmpty else {
      return State(
        features: features,
        prototypes: start.prototypes + growth.prototypes * directions[1].transposed,
        bias: start.bias)
    }
    return State(
      features: features,
      layers: zip(start.layers, directions.dropFirst()).map { $0 + growth.prototypes * $1 },
      bias: start.bias)
  }
}

extension [Matrix] {
  /// Whether a mode is absent: the first factor maps x to nothing, and the last one's transpose u.
  fileprivate func annihilate(
    left: [Double], right: [Double], within tolerance: Double
  ) -> Bool {
    guard let first, let last else { return true }
    return first.times(column: right).norm <= tolerance * first.elements.norm
      && last.transposed.times(column: left).norm <= tolerance * last.elements.norm
  }

  fileprivate func allCommute(within tolerance: Double) -> Bool {
    indices.allSatisfy { index in
      self[(index + 1)...].allSatisfy { self[index].commutes(with: $0, within: tolerance) }
    }
  }
}

extension Matrix {
  fileprivate static func diagonal(_ entries: [Double]) -> Matrix {
    Matrix.identity(entries.count).scalingColumns(by: entries)
  }

  /// Whether two square matrices commute, relative to their norms.
  fileprivate func commutes(with other: Matrix, within tolerance: Double) -> Bool {
    let (left, right) = (elements.norm, other.elements.norm)
    guard left > 0, right > 0 else { return true }
    let (own, other) = (divided(by: left), other.divided(by: right))
    return (own.times(other) - other.times(own)).elements.norm <= tolerance
  }

  fileprivate func times(column: [Double]) -> [Double] {
    times(Matrix(rows: column.count, columns: 1, elements: column)).elements
  }
}
