import DynNumerics

/// Fixed matrices of which everything about classes is a combination at any time, where few distinct
/// singular values make them few: balanced and equally weighted classes have two values, of which
/// one tells classes apart.
///
/// With them class means, prototypes and Gram matrices cost their own size a time; without them
/// products with the modes, a factor C more.
final class ModalTables: Sendable {
  private let parts: Parts
  /// The only distinct value whose modes move classes apart.
  let separatingValue: Int
  private let states = Once<StateTables>()
  private let geometries = Once<GeometryTables>()
  private let logits = Once<[Matrix]>()

  /// Nil where there would be too many tables.
  init?(_ basis: ModalBasis, _ frame: ModalFrame) {
    let (modes, separates) = (basis.problem.labels.modes, basis.maps.separates)
    let separating = Set(modes.index.indices.filter { separates[$0] }.map { modes.index[$0] })
    guard basis.problem.labels.targets.groupsAreClasses,
      modes.distinctValues.count <= Self.valueLimit, separating.count == 1,
      let value = separating.first
    else { return nil }
    parts = Parts(basis, frame)
    separatingValue = value
  }

  private static let valueLimit = 2

  /// The tables of class means and prototypes (p x C).
  var state: StateTables { states.value { StateTables(parts) } }
  /// The tables of Gram matrices (C x C).
  var geometry: GeometryTables {
    geometries.value { GeometryTables(parts, separating: separatingValue) }
  }

  /// The tables of (W P)'B D^-1 (C x C), one row per class of samples, in the order of
  /// `logitFactors`.
  var logit: [Matrix] {
    logits.value {
      let prototypes = parts.maps.centredPrototypes
      return parts.modes.distinctValues.indices.flatMap { value in
        parts.products(
          parts.scaledRight(value), prototypes.keepingModes(of: separatingValue, parts.modes))
      }
    }
  }

  /// The block of the only value that tells classes apart.
  func separatingBlock(_ blocks: [SIMD2<Double>]) -> SIMD2<Double> {
    blocks[separatingValue]
  }

  /// The factors of `logit` for prototypes w and class parts b, one block a distinct value each.
  func logitFactors(_ w: [SIMD2<Double>], _ b: [SIMD2<Double>]) -> [Double] {
    b.indices.flatMap { Self.pairs(b[$0], w[separatingValue]) }
  }

  /// The factors of the four products of two pairs of vectors.
  static func pairs(_ left: SIMD2<Double>, _ right: SIMD2<Double>) -> [Double] {
    [left.x * right.x, left.x * right.y, left.y * right.x, left.y * right.y]
  }
}

/// A = H Q' D^-1 (the class means) and W as combinations of fixed matrices.
struct StateTables: Sendable {
  /// The class means at time 0, then two tables a distinct value.
  let means: [Matrix]
  /// W_0, then two tables a distinct value.
  let prototypes: [Matrix]

  init(_ basis: ModalTables.Parts) {
    let values = basis.modes.distinctValues.indices
    means =
      [basis.means]
      + values.flatMap { value in
        let map = basis.scaledRight(value)
        return [basis.first.timesTransposed(map), basis.second.timesTransposed(map)]
      }
    prototypes =
      [basis.prototypes]
      + values.flatMap { value in
        let map = basis.modes.left.keepingModes(of: value, basis.modes)
        return [basis.first.timesTransposed(map), basis.second.timesTransposed(map)]
      }
  }

  /// The factors: one of the initial matrix, two a distinct value.
  static func factors(_ initial: Double, _ blocks: [SIMD2<Double>]) -> [Double] {
    [initial] + blocks.flatMap { [$0.x, $0.y] }
  }
}

/// The Gram matrices of the class geometry as combinations of fixed matrices.
struct GeometryTables: Sendable {
  private let separating: Int
  private let means: [Matrix]
  private let prototypes: [Matrix]
  private let cross: [Matrix]
  /// The diagonals of W'W for every pair of distinct values.
  private let squares: [[[Double]]]
  /// The factor that makes the separating modes' part of the prototypes that of the centred class
  /// means; nil where no factor does.
  private let meansPerPrototypes: Double?

  init(_ basis: ModalTables.Parts, separating: Int) {
    let (maps, modes) = (basis.maps, basis.modes)
    let values = modes.distinctValues.indices
    self.separating = separating
    let means = maps.centredMeans.keepingModes(of: separating, modes)
    let prototypes = maps.centredPrototypes.keepingModes(of: separating, modes)
    let left = values.map { modes.left.keepingModes(of: $0, modes) }
    meansPerPrototypes = means.factor(to: left[separating])
    self.means = basis.products(means, means)
    self.prototypes = basis.products(prototypes, prototypes)
    cross = values.flatMap { basis.products(left[$0], means) }
    squares = values.flatMap { i in
      values.map { j in
        basis.products(left[i], left[j]).map { table in table.diagonal }
      }
    }
  }

  /// V'V for class parts a, one pair per distinct value.
  func means(_ a: [SIMD2<Double>], threads: Int) -> Matrix {
    Matrix.combination(
      ModalTables.pairs(a[separating], a[separating]), of: means, threads: threads)
  }

  /// The Gram matrix of the centred prototypes w.
  func prototypes(_ w: [SIMD2<Double>], threads: Int) -> Matrix {
    Matrix.combination(
      ModalTables.pairs(w[separating], w[separating]), of: prototypes, threads: threads)
  }

  /// W'V.
  func cross(_ a: [SIMD2<Double>], _ w: [SIMD2<Double>], threads: Int) -> Matrix {
    Matrix.combination(
      w.flatMap { ModalTables.pairs($0, a[separating]) }, of: cross, threads: threads)
  }

  /// The squared norms of the prototypes.
  func prototypeSquares(_ w: [SIMD2<Double>]) -> [Double] {
    var sums = [Double](repeating: 0, count: squares.first?.first?.count ?? 0)
    for (pair, diagonals) in squares.enumerated() {
      let factors = ModalTables.pairs(w[pair / w.count], w[pair % w.count])
      for (factor, diagonal) in zip(factors, diagonals) {
        for index in diagonal.indices { sums[index] += factor * diagonal[index] }
      }
    }
    return sums.map { max($0, 0) }
  }

  /// |V_c/|V_c| - w_c/|w_c||^2 of all classes from the difference of the modes' factors; nil where the
  /// two are not the same combinations of modes, or where the modes' parts cancel.
  func squaredDirectionDistances(
    _ pairs: [ModePair], _ meanNorms: [Double], _ prototypeNorms: [Double]
  ) -> [Double]? {
    guard let meansPerPrototypes else { return nil }
    var distances: [Double] = []
    for (label, norms) in zip(meanNorms, prototypeNorms).enumerated() {
      var factors = pairs.map { -$0.prototypes / norms.1 }
      factors[separating] += meansPerPrototypes * pairs[separating].features / norms.0
      let square = square(factors, label)
      guard square.sum >= Self.kept * square.terms else { return nil }
      distances.append(square.sum)
    }
    return distances
  }

  /// Sums that keep this share of their terms have lost few digits.
  private static let kept = 1e-4

  /// The squared norm of one class's combination of modes, and the size of its terms.
  private func square(_ factors: [SIMD2<Double>], _ label: Int) -> (sum: Double, terms: Double) {
    var (sum, terms) = (0.0, 0.0)
    for (pair, diagonals) in squares.enumerated() {
      let products = ModalTables.pairs(
        factors[pair / factors.count], factors[pair % factors.count])
      for (product, diagonal) in zip(products, diagonals) {
        sum += product * diagonal[label]
        terms += abs(product * diagonal[label])
      }
    }
    return (sum, terms)
  }
}

extension Matrix {
  /// The columns of one distinct value's modes; zeros elsewhere.
  fileprivate func keepingModes(of value: Int, _ modes: LabelModes) -> Matrix {
    scalingColumns(by: modes.index.map { $0 == value ? 1 : 0 })
  }

  fileprivate var diagonal: [Double] { (0..<rows).map { self[$0, $0] } }

  /// x with self = x other to rounding; nil where there is none.
  fileprivate func factor(to other: Matrix) -> Double? {
    let square = other.elements.sumOfSquares
    guard square > 0 else { return nil }
    let factor = elements.dot(other.elements) / square
    let rest = (self - factor * other).elements.norm
    return rest <= 2e-15 * elements.norm ? factor : nil
  }
}

extension ModalTables {
  /// What the tables are made of.
  struct Parts: Sendable {
    let modes: LabelModes
    let maps: ModalMaps
    let gram: ModalGram
    let first: Matrix
    let second: Matrix
    /// The class means at time 0 (p x C).
    let means: Matrix
    let prototypes: Matrix
    let sizes: [Int]

    init(_ basis: ModalBasis, _ frame: ModalFrame) {
      let sizes = basis.problem.labels.partition.sizes
      self.sizes = sizes
      modes = basis.problem.labels.modes
      maps = basis.maps
      gram = frame.gram
      (first, second) = (frame.first, frame.second)
      means = basis.classPart.scalingColumns(by: sizes.map { 1 / Double($0).squareRoot() })
      prototypes = basis.problem.start.prototypes
    }

    /// D^-1 X for the modes of one value.
    func scaledRight(_ value: Int) -> Matrix {
      Matrix(rows: modes.right.rows, columns: modes.right.columns) { row, mode in
        modes.index[mode] == value
          ? modes.right[row, mode] / Double(sizes[row]).squareRoot() : 0
      }
    }

    /// The four products left (v_i'v_j) right' in the order of `ModalTables.pairs`.
    func products(_ left: Matrix, _ right: Matrix) -> [Matrix] {
      gram.all.map { left.times($0).timesTransposed(right) }
    }
  }
}
