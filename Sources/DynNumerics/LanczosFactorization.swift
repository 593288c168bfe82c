/// The Lanczos factorisation A Q = Q T + beta q e' of a symmetric operator with full
/// reorthogonalisation, applied twice (Lanczos 1950; Golub and Welsch 1969 for T's quadrature).
///
/// T is tridiagonal with `diagonal` alpha and `offDiagonal` beta. Its eigenvalues, the Ritz values,
/// approach the extreme eigenvalues of A first, and are the nodes of the Gauss quadrature of the
/// spectral measure of the start vector. Memory: one vector a step.
public struct LanczosFactorization: Sendable {
  /// alpha, one a step.
  public private(set) var diagonal: [Double] = []
  /// beta between the steps; one less than steps.
  public private(set) var offDiagonal: [Double] = []
  /// The norm of the residual vector after the last step; 0 in an invariant subspace.
  public private(set) var residualNorm = 0.0

  private let target: any SymmetricOperator
  private var basis: [[Double]] = []
  private var residual: [Double]
  private var scale = 0.0

  /// Below this share of the operator's size a residual vector is rounding.
  private static let invariance = 1e-13

  /// A factorisation without steps. A start of zeros stays without steps.
  ///
  /// - Precondition: `start` has the operator's dimension.
  public init(_ target: any SymmetricOperator, start: [Double]) {
    precondition(start.count == target.dimension, "the start vector has another dimension")
    self.target = target
    residual = start
    residualNorm = start.norm
  }

  /// Steps taken.
  public var steps: Int { diagonal.count }
  /// Whether the Krylov space is exhausted: the Ritz values are eigenvalues.
  public var isInvariant: Bool { residualNorm == 0 || steps >= target.dimension }

  /// Takes steps until there are `count` or the Krylov space is exhausted.
  ///
  /// - Complexity: a product and O(dimension * steps) a step.
  public mutating func extend(to count: Int) {
    while steps < count, !isInvariant { takeStep() }
  }

  private mutating func takeStep() {
    if steps > 0 { offDiagonal.append(residualNorm) }
    let factor = 1 / residualNorm
    let direction = residual.map { factor * $0 }
    var image = target.image(of: direction)
    diagonal.append(direction.dot(image))
    basis.append(direction)
    // Twice is enough (Parlett): the second pass removes what rounding left of the first.
    for _ in 0..<2 {
      for vector in basis { image.subtract(vector.dot(image), times: vector) }
    }
    residual = image
    residualNorm = image.norm
    scale = max(scale, abs(diagonal[steps - 1]), residualNorm)
    if residualNorm <= Self.invariance * scale { residualNorm = 0 }
  }

  /// The eigendecomposition of T.
  ///
  /// - Throws: `NumericsError.noConvergence` when a product was not finite.
  /// - Complexity: O(steps^3).
  public func ritzDecomposition() throws(NumericsError) -> SymmetricEigendecomposition {
    let count = steps
    var matrix = Matrix(rows: count, columns: count)
    for index in 0..<count {
      matrix[index, index] = diagonal[index]
      guard index > 0 else { continue }
      matrix[index, index - 1] = offDiagonal[index - 1]
      matrix[index - 1, index] = offDiagonal[index - 1]
    }
    return try matrix.symmetricEigendecomposition()
  }

  /// Q s for the coefficients s of a Ritz vector. O(dimension * steps).
  public func vector(_ coefficients: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: target.dimension)
    for (coefficient, vector) in zip(coefficients, basis) {
      sum.subtract(-coefficient, times: vector)
    }
    return sum
  }
}

extension Array where Element == Double {
  /// self -= factor * vector.
  mutating func subtract(_ factor: Double, times vector: [Double]) {
    let source = vector.span
    var target = mutableSpan
    for index in target.indices { target[index] -= factor * source[index] }
  }
}
