public import DynNumerics

/// How the label operator mixes prototypes for the samples of each group: the C x K matrix B of
/// M = (1/n) B diag(omega) L, L the one-hot groups.
public enum LabelMixing: Sendable, Equatable {
  /// B = own I - shared 11', a group a class; `along` is its eigenvalue on 1, own - shared C with one
  /// rounding.
  case even(own: Double, shared: Double, along: Double, count: Int)
  /// Any matrix (C x K).
  case columns(Matrix)

  /// B = (1+gamma) T - gamma 11' of the unhinged loss for targets T (<doc:AnyTargets>).
  public init(_ targets: Targets, gamma: Double) {
    let count = targets.classCount
    func even(_ own: Double, _ other: Double) -> LabelMixing {
      // Columns of T that sum to 1 leave 1 + gamma - gamma C.
      .even(
        own: (1 + gamma) * (own - other), shared: gamma - (1 + gamma) * other,
        along: 1.0.addingProduct(-gamma, Double(count - 1)), count: count)
    }
    switch targets.table {
    case .even(let own, let other, _): self = even(own, other)
    case .oneHot where targets.areClasses: self = even(1, 0)
    default:
      self = .columns(
        Matrix(rows: count, columns: targets.groupCount) {
          (1 + gamma) * targets.table[$0, $1] - gamma
        })
    }
  }

  /// C.
  var classCount: Int {
    switch self {
    case .even(_, _, _, let count): count
    case .columns(let matrix): matrix.rows
    }
  }

  /// B_ck. O(1).
  subscript(label: Int, group: Int) -> Double {
    switch self {
    case .even(let own, let shared, _, _): (label == group ? own : 0) - shared
    case .columns(let matrix): matrix[label, group]
    }
  }

  /// X B (rows x K) for X (rows x C).
  func mixing(_ matrix: Matrix) -> Matrix {
    switch self {
    case .even(let own, let shared, _, _): matrix.mixingRows(own, shared)
    case .columns(let columns): matrix.times(columns)
    }
  }

  /// X B' (rows x C) for X (rows x K).
  func mixingBack(_ matrix: Matrix) -> Matrix {
    switch self {
    case .even(let own, let shared, _, _): matrix.mixingRows(own, shared)
    case .columns(let columns): matrix.timesTransposed(columns)
    }
  }

  /// The sums of the sizes of the terms of W B for prototypes of given norms (K).
  func termSizes(_ norms: [Double]) -> [Double] {
    switch self {
    case .even(let own, let shared, _, _):
      let total = norms.sum
      return norms.map { abs(own) * $0 + abs(shared) * total }
    case .columns(let matrix):
      return (0..<matrix.columns).map { group in
        norms.indices.map { abs(matrix[$0, group]) * norms[$0] }.sum
      }
    }
  }

  /// The modes of G = (1/n) B diag(sqrt(n_k) omega_k).
  ///
  /// - Throws: `NumericsError` when a decomposition fails (infinite weights).
  /// - Complexity: O(C^2 + g^3) with g different values of sqrt(n_k) omega_k where B is even, else
  ///   O(C K min(C, K) + C^3).
  func modes(sizes: [Int], weights: [Double]) throws(NumericsError) -> LabelModes {
    let roots = zip(sizes, weights).map { Double($0).squareRoot() * $1 }
    let scale = 1 / Double(sizes.reduce(0, +))
    switch self {
    case .even(let own, _, let along, _):
      return try ClassOperator(
        scale: scale, across: own, along: along, direction: sizes.map { _ in 1 }, weights: roots
      ).modes()
    case .columns(let matrix):
      return try LabelModes(matrix.scalingColumns(by: roots.map { scale * $0 }))
    }
  }
}

extension Matrix {
  /// The product with own I - shared 11' on the right.
  fileprivate func mixingRows(_ own: Double, _ shared: Double) -> Matrix {
    var result = self
    for row in 0..<rows {
      let range = range(ofRow: row)
      let total = elements.span.extracting(range).sum
      for index in range {
        result.elements[index] = own * elements[index] - shared * total
      }
    }
    return result
  }
}
