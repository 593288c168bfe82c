/// The smallest and largest eigenvalue of a symmetric operator with their vectors, by Lanczos.
public struct ExtremeEigenvalues: Sendable {
  /// An approximate eigenpair: |A v - value v| = `residual`, so that an eigenvalue lies within
  /// `residual` of `value`.
  public struct Pair: Sendable {
    /// The Ritz value.
    public let value: Double
    /// The Ritz vector, of norm 1.
    public let vector: [Double]
    /// |A v - value v|, from the factorisation.
    public let residual: Double
  }

  /// The lower end of the spectrum.
  public let smallest: Pair
  /// The upper end.
  public let largest: Pair
  /// Lanczos steps taken.
  public let steps: Int
  /// The residual that was asked for.
  public let tolerance: Double

  /// Whether both ends have a residual within the tolerance.
  public var hasConverged: Bool { max(smallest.residual, largest.residual) <= tolerance }

  /// Iterates until both residuals are at most `tolerance` (times the largest Ritz value, where
  /// that is below 1), or `stepLimit` steps are taken; `hasConverged` says which.
  ///
  /// - Parameter seed: of the random start vector, which meets every eigenspace with probability 1.
  /// - Throws: `NumericsError` when a product is not finite or there is no generator.
  /// - Complexity: a product and O(dimension * steps) a step; memory `dimension * steps`.
  public init(
    _ target: any SymmetricOperator, tolerance: Double = 1e-9, stepLimit: Int = 300,
    seed: UInt64 = 1
  ) throws(NumericsError) {
    precondition(target.dimension > 0, "an operator without rows has no eigenvalues")
    var generator = try RandomNormals(seed: seed)
    var lanczos = LanczosFactorization(target, start: generator.next(target.dimension))
    var ritz: SymmetricEigendecomposition
    var bound: Double
    repeat {
      lanczos.extend(to: min(lanczos.steps + Self.stride, stepLimit))
      ritz = try lanczos.ritzDecomposition()
      let size = max(abs(ritz.values.first ?? 0), abs(ritz.values.last ?? 0))
      // Rounding keeps residuals of large operators from falling further.
      bound = max(tolerance * min(1, size), 64 * .ulpOfOne * size)
    } while !lanczos.isInvariant && lanczos.steps < stepLimit
      && Self.residual(lanczos, ritz) > bound
    smallest = Self.pair(lanczos, ritz, at: 0)
    largest = Self.pair(lanczos, ritz, at: ritz.values.count - 1)
    steps = lanczos.steps
    self.tolerance = bound
  }

  /// Steps between two looks at the residuals.
  private static let stride = 10

  private static func residual(
    _ lanczos: LanczosFactorization, _ ritz: SymmetricEigendecomposition, at index: Int
  ) -> Double {
    lanczos.isInvariant
      ? 0 : lanczos.residualNorm * abs(ritz.vectors[ritz.vectors.rows - 1, index])
  }

  private static func residual(
    _ lanczos: LanczosFactorization, _ ritz: SymmetricEigendecomposition
  ) -> Double {
    max(residual(lanczos, ritz, at: 0), residual(lanczos, ritz, at: ritz.values.count - 1))
  }

  private static func pair(
    _ lanczos: LanczosFactorization, _ ritz: SymmetricEigendecomposition, at index: Int
  ) -> Pair {
    Pair(
      value: ritz.values[index], vector: lanczos.vector(ritz.vectors.column(index)),
      residual: residual(lanczos, ritz, at: index))
  }
}
