public import DynNumerics

/// Where training ends up: the inner products of prototypes and class means once the features of
/// each class coincide, known up to a common rotation.
public struct CollapsedGeometry: Sendable {
  /// W'W (C x C).
  public let gramPrototypes: Matrix
  /// M'M (C x C), M the class means.
  public let gramClassMeans: Matrix
  /// W'M (C x C): column y holds the logits of a sample of class y, without bias.
  public let logits: Matrix
  /// The singular values of W'M diag(sqrt n_c), largest first.
  public let singularValues: [Double]
  /// The optimum of the problem that the geometry solves.
  public let objective: Double
  /// The smallest margin over the mean of |W|^2 and |H|^2, where margins are maximised.
  public let margin: Double?
  /// How many modes have not collapsed, where some can.
  public let rank: Int?
  /// What the problem's threshold of collapse is.
  public let threshold: Double?
  /// b (C).
  public let bias: [Double]?
  /// The proof of optimality, where there is one.
  public let certificate: OptimalityCertificate?

  init(
    gramPrototypes: Matrix, gramClassMeans: Matrix, logits: Matrix, singularValues: [Double],
    objective: Double, margin: Double? = nil, rank: Int? = nil, threshold: Double? = nil,
    bias: [Double]? = nil, certificate: OptimalityCertificate? = nil
  ) {
    self.gramPrototypes = gramPrototypes
    self.gramClassMeans = gramClassMeans
    self.logits = logits
    self.singularValues = singularValues
    self.objective = objective
    self.margin = margin
    self.rank = rank
    self.threshold = threshold
    self.bias = bias
    self.certificate = certificate
  }
}

/// Why a geometry is optimal: residuals of the optimality conditions, zero up to rounding.
public struct OptimalityCertificate: Sendable, Equatable {
  /// How far the dual point is outside of its feasible set; 0 inside.
  public var infeasibility: Double
  /// The duality gap, relative to the optimum.
  public var gap: Double
}

extension Matrix {
  /// Q diag(f) Q' of orthonormal columns Q (C x C) and a number a column.
  func congruence(_ factors: [Double]) -> Matrix {
    scalingColumns(by: factors).timesTransposed(self)
  }

  /// diag(f) A diag(f).
  func scaledOnBothSides(by factors: [Double]) -> Matrix {
    Matrix(rows: rows, columns: columns) { factors[$0] * self[$0, $1] * factors[$1] }
  }

  /// A Gram matrix without the vectors that are shorter than a share of the longest one: what a
  /// search has left of zero has no direction.
  func withoutNegligibleVectors(below share: Double) -> Matrix {
    let squares = (0..<rows).map { self[$0, $0] }
    let bound = share * share * (squares.max() ?? 0)
    return scaledOnBothSides(by: squares.map { $0 > bound ? 1 : 0 })
  }

  /// |A/|A| - B/|B|| in Frobenius norms; nan where either is zero.
  public func normalizedDistance(to other: Matrix) -> Double {
    let norms = (elements.norm, other.elements.norm)
    guard norms.0 > 0, norms.1 > 0 else { return .nan }
    return zip(elements, other.elements).map { $0 / norms.0 - $1 / norms.1 }.norm
  }

  /// |A/|A| - (I - 11'/C)/sqrt(C - 1)|: zero for the Gram matrix of a simplex ETF of any size.
  public var distanceToSimplexETF: Double {
    let shape = Matrix(rows: rows, columns: columns) {
      ($0 == $1 ? 1 : 0) - 1 / Double(rows)
    }
    return normalizedDistance(to: shape)
  }
}
