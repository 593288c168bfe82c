import DynNumerics

/// Which features of the spherical case cannot move at all: on the 0-sphere of p = 1 none can, and on
/// others those that look away from their target, where the flow has its other fixed point.
///
/// In arithmetic a feature is opposite to its target up to rounding of the two directions. That
/// rounding would grow like e^(zeta |v|/(n r^2)) and decide where the feature ends; all solvers leave
/// such a feature where it is.
struct SphericalPoles {
  /// |u + vhat| up to which u = -vhat, per group.
  private let tolerances: [Double]
  private let isLine: Bool

  /// Rounding of a unit vector, with room for the sums behind it.
  private static let rounding = 4 * Double.ulpOfOne

  /// For the prototypes of a problem. O(p C).
  init(_ problem: Problem) {
    let (labels, prototypes) = (problem.labels, problem.start.prototypes)
    isLine = problem.featureDimension == 1
    let pulls = labels.pull(prototypes)
    let weights = labels.sampleWeights
    let sizes = labels.mixing.termSizes((0..<prototypes.columns).map { prototypes.column($0).norm })
    // v_k is a difference: its direction has the rounding of its terms.
    tolerances = weights.indices.map { group in
      let terms = weights[group] * sizes[group]
      let length = pulls.column(group).norm
      return length > 0 ? Self.rounding * max(1, terms / length) : 0
    }
  }

  /// Whether a unit feature stays where it is, given the unit vector of its target.
  func isStill(_ unit: [Double], _ target: [Double], ofClass label: Int) -> Bool {
    isLine || zip(unit, target).map { $0 + $1 }.norm <= tolerances[label]
  }

  /// Whether each sample of a problem's initial state stays (n). O(p n).
  static func stillSamples(of problem: Problem) -> [Bool] {
    let poles = SphericalPoles(problem)
    let labels = problem.labels.partition.sortedLabels
    guard !poles.isLine else { return labels.map { _ in true } }
    let pulls = problem.labels.pull(problem.start.prototypes)
    let targets = (0..<pulls.columns).map { pulls.column($0).unit }
    let features = problem.start.features
    let cosines = cosines(of: features, with: targets, labels)
    return labels.enumerated().map { sample, label in
      // Few look away; nan where squares leave the range of a double.
      !(cosines[sample] > -0.9)
        && poles.isStill(features.column(sample).unit, targets[label], ofClass: label)
    }
  }

  /// The cosine of every sample and its class's unit vector, row by row of the features.
  private static func cosines(
    of features: Matrix, with targets: [[Double]], _ labels: [Int]
  ) -> [Double] {
    var products = [Double](repeating: 0, count: labels.count)
    var squares = products
    for row in 0..<features.rows {
      let entries = features.elements.span.extracting(features.range(ofRow: row))
      let target = targets.map { $0[row] }
      for sample in entries.indices {
        products[sample] += entries[sample] * target[labels[sample]]
        squares[sample] += entries[sample] * entries[sample]
      }
    }
    return zip(products, squares).map { $0 / $1.squareRoot() }
  }
}

extension [Double] {
  /// The vector divided by its norm.
  fileprivate var unit: [Double] {
    let norm = norm
    return map { $0 / norm }
  }
}
