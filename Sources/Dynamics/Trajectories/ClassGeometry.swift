public import DynNumerics

/// Inner products of class means and prototypes, from which the neural collapse metrics follow.
///
/// V_c = mu_c - (1/C) sum mu_k are the centred class means. Features and prototypes each carry a
/// scale of their own; every metric here is scale-free or a ratio within one of them.
public struct ClassGeometry: Sendable {
  /// V'V (C x C).
  public let means: Matrix
  /// The Gram matrix of the centred prototypes (C x C).
  public let prototypes: Matrix
  /// W'V (C x C).
  public let cross: Matrix
  /// |w_c|^2, not centred (C).
  public let prototypeSquares: [Double]
  /// The squared deviations from the class mean, summed over each class (C), in the means' scale.
  public let scatter: [Double]
  /// n_c (C).
  public let sizes: [Int]

  /// Class means and prototypes as vectors, for differences that entries of Gram matrices lose.
  private let vectors: any ClassVectors

  init(
    means: Matrix, prototypes: Matrix, cross: Matrix, prototypeSquares: [Double],
    scatter: [Double], sizes: [Int], vectors: any ClassVectors
  ) {
    self.means = means
    self.prototypes = prototypes
    self.cross = cross
    self.prototypeSquares = prototypeSquares
    self.scatter = scatter
    self.sizes = sizes
    self.vectors = vectors
  }

  /// From class means and prototypes as vectors (p x C each). O(p C^2).
  init(means: Matrix, prototypes: Matrix, scatter: [Double], sizes: [Int]) {
    let centredMeans = means.centredColumns
    let centredPrototypes = prototypes.centredColumns
    self.init(
      means: centredMeans.transposedTimes(centredMeans),
      prototypes: centredPrototypes.transposedTimes(centredPrototypes),
      cross: prototypes.transposedTimes(centredMeans),
      prototypeSquares: (0..<prototypes.columns).map { prototypes.column($0).sumOfSquares },
      scatter: scatter, sizes: sizes,
      vectors: GivenClassVectors(means: means, prototypes: prototypes))
  }

  /// The geometry of the classes that groups are of; all nan where they are of none. O(p (K + C^2)).
  ///
  /// - Parameters:
  ///   - groupMeans: a column a group (p x K).
  ///   - scatter: the squared deviations from these means, summed over each group (K).
  init(_ labels: LabelOperator, groupMeans: Matrix, scatter: [Double], prototypes: Matrix) {
    let sizes = labels.partition.sizes
    guard !labels.targets.groupsAreClasses else {
      self.init(means: groupMeans, prototypes: prototypes, scatter: scatter, sizes: sizes)
      return
    }
    let classes = ClassMeans(labels, groupMeans: groupMeans, scatter: scatter)
    self.init(
      means: classes.means, prototypes: prototypes, scatter: classes.scatter,
      sizes: classes.sizes)
  }

  /// |mu_c - mu_G|^2 with mu_G the mean of all samples (C).
  var squaredMeanDeviations: [Double] {
    let total = Double(sizes.reduce(0, +))
    let shares = sizes.map { Double($0) / total }
    let rows = sizes.indices.map { Array(means.elements[means.range(ofRow: $0)]).dot(shares) }
    let centre = rows.dot(shares)
    return sizes.indices.map { max(means[$0, $0] - 2 * rows[$0] + centre, 0) }
  }

  /// A square that is this much smaller than its terms has lost digits that the vectors have.
  private static let lost = 1e-6

  /// The same for distances of means, whose terms may have lost four digits in modes already.
  private static let lostDistance = 1e-3

  /// |mu_k - mu_l|^2, with the relative accuracy of the difference itself. O(1), or O(p) where the
  /// two are close.
  func squaredMeanDistance(_ k: Int, _ l: Int) -> Double {
    squaredDistance(k, l, terms: means[k, k] + means[l, l], product: means[k, l])
  }

  @inline(__always)
  private func squaredDistance(
    _ k: Int, _ l: Int, terms: Double, product: Double
  ) -> Double {
    let square = terms - 2 * product
    return square > Self.lostDistance * terms ? square : squaredDistanceOfVectors(k, l)
  }

  /// The mean over all pairs of classes of (sigma_k^2 + sigma_l^2) / (2 |mu_k - mu_l|^2) with sigma^2
  /// the mean squared deviation of a class. O(C^2), or O(p C^2) where means are close.
  var classDistanceVariance: Double {
    let variances = zip(scatter, sizes).map { $0 / Double($1) }
    let squares = sizes.indices.map { means[$0, $0] }
    var terms: [Double] = []
    terms.reserveCapacity(sizes.count * (sizes.count - 1) / 2)
    for k in sizes.indices {
      let row = means.range(ofRow: k).lowerBound
      for l in k + 1..<sizes.count {
        let distance = squaredDistance(
          k, l, terms: squares[k] + squares[l], product: means.elements[row + l])
        terms.append((variances[k] + variances[l]) / (2 * distance))
      }
    }
    return terms.sum / Double(terms.count)
  }

  private func squaredDistanceOfVectors(_ k: Int, _ l: Int) -> Double {
    if let difference = vectors.meanDifference(k, l) { return difference.sumOfSquares }
    let means = vectors.means
    return (0..<means.rows).map { means[$0, k] - means[$0, l] }.sumOfSquares
  }

  /// 1 - cosine of V_c and w_c for every class, half the squared distance of the unit vectors where
  /// it is small (C). O(C), or O(p C) there.
  var misalignments: [Double] {
    let meanNorms = sizes.indices.map { means[$0, $0].squareRoot() }
    let prototypeNorms = prototypeSquares.map { $0.squareRoot() }
    let rough = sizes.indices.map {
      1 - cross[$0, $0] / (meanNorms[$0] * prototypeNorms[$0])
    }
    guard rough.contains(where: { $0 < Self.lost }) else { return rough }
    let squares =
      vectors.squaredDirectionDistances(meanNorms, prototypeNorms)
      ?? vectors.means.centredColumns.squaredDirectionDistances(to: vectors.prototypes)
    return zip(rough, squares).map { $0 < Self.lost ? $1 / 2 : $0 }
  }
}

extension Matrix {
  /// |a/|a| - b/|b||^2 of the columns of two matrices of one shape whose squares are in range.
  fileprivate func squaredDirectionDistances(to other: Matrix) -> [Double] {
    let (own, others) = (columnNorms, other.columnNorms)
    var sums = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let difference = self[row, column] / own[column] - other[row, column] / others[column]
        sums[column] += difference * difference
      }
    }
    return sums
  }

  private var columnNorms: [Double] {
    var squares = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns { squares[column] += self[row, column] * self[row, column] }
    }
    return squares.map { $0.squareRoot() }
  }
}

/// Class means and prototypes (p x C each), in the scale of a `ClassGeometry`.
protocol ClassVectors: Sendable {
  var means: Matrix { get }
  var prototypes: Matrix { get }
  /// mu_k - mu_l where it is known better than as a difference of the means; else nil.
  func meanDifference(_ first: Int, _ second: Int) -> [Double]?
  /// |V_c/|V_c| - w_c/|w_c||^2 of all classes, given the norms, where it is known without vectors of
  /// length p; else nil.
  func squaredDirectionDistances(
    _ meanNorms: [Double], _ prototypeNorms: [Double]
  ) -> [Double]?
}

/// Vectors that are there.
private struct GivenClassVectors: ClassVectors {
  let means: Matrix
  let prototypes: Matrix

  func meanDifference(_ first: Int, _ second: Int) -> [Double]? { nil }
  func squaredDirectionDistances(
    _ meanNorms: [Double], _ prototypeNorms: [Double]
  ) -> [Double]? { nil }
}
