import DynNumerics

/// Fixed matrices of which everything about classes is a combination at any time, where few distinct
/// singular values make them few: balanced and equally weighted classes have two values, of which
/// one tells classes apart.
///
/// With them class means, prototypes and Gram matrices cost their own size a time; without them
/// products with the modes, a factor C more.
final class ModalTables: Sendable {
  private let basis: ModalBasis.Parts
  /// The only distinct value whose modes move classes apart.
  private let separatingValue: Int
  private let states = Once<StateTables>()
  private let geometries = Once<GeometryTables>()
  private let logits = Once<[Matrix]>()

  /// Nil where there would be too many tables.
  init?(_ basis: ModalBasis.Parts) {
    let (modes, separates) = (basis.modes, basis.gram.separates)
    let separating = Set(modes.index.indices.filter { separates[$0] }.map { modes.index[$0] })
    guard modes.distinctValues.count <= Self.valueLimit, separating.count == 1,
      let value = separating.first
    else { return nil }
    self.basis = basis
    separatingValue = value
  }

  private static let valueLimit = 2

  /// The tables of class means and prototypes (p x C).
  var state: StateTables { states.value { StateTables(basis) } }
  /// The tables of Gram matrices (C x C).
  var geometry: GeometryTables {
    geometries.value { GeometryTables(basis, separating: separatingValue) }
  }

  /// The tables of (W P)'B D^-1 (C x C), a row a sample's class, in the order of `logitFactors`.
  var logit: [Matrix] {
    logits.value {
      let prototypes = basis.gram.centredPrototypes
      return basis.modes.distinctValues.indices.flatMap { value in
        basis.products(
          basis.scaledRight(value), prototypes.keepingModes(of: separatingValue, basis.modes))
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

  init(_ basis: ModalBasis.Parts) {
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

  init(_ basis: ModalBasis.Parts, separating: Int) {
    let (gram, modes) = (basis.gram, basis.modes)
    let values = modes.distinctValues.indices
    self.separating = separating
    let means = gram.centredMeans.keepingModes(of: separating, modes)
    let prototypes = gram.centredPrototypes.keepingModes(of: separating, modes)
    let left = values.map { modes.left.keepingModes(of: $0, modes) }
    self.means = basis.products(means, means)
    self.prototypes = basis.products(prototypes, prototypes)
    cross = values.flatMap { basis.products(left[$0], means) }
    squares = values.flatMap { i in
      values.map { j in
        basis.products(left[i], left[j]).map { table in table.diagonal }
      }
    }
  }

  /// The geometry for class parts a and prototypes w, one block a distinct value each.
  func geometry(
    _ a: [SIMD2<Double>], _ w: [SIMD2<Double>], scatter: [Double], sizes: [Int], threads: Int
  ) -> ClassGeometry {
    func combine(_ factors: [Double], _ tables: [Matrix]) -> Matrix {
      Matrix.combination(factors, of: tables, threads: threads)
    }
    var prototypeSquares = [Double](repeating: 0, count: sizes.count)
    for (pair, diagonals) in squares.enumerated() {
      let factors = ModalTables.pairs(w[pair / w.count], w[pair % w.count])
      for (factor, diagonal) in zip(factors, diagonals) {
        for index in diagonal.indices { prototypeSquares[index] += factor * diagonal[index] }
      }
    }
    let (mean, prototype) = (a[separating], w[separating])
    return ClassGeometry(
      means: combine(ModalTables.pairs(mean, mean), means),
      prototypes: combine(ModalTables.pairs(prototype, prototype), prototypes),
      cross: combine(w.flatMap { ModalTables.pairs($0, mean) }, cross),
      prototypeSquares: prototypeSquares.map { max($0, 0) }, scatter: scatter, sizes: sizes)
  }
}

extension Matrix {
  /// The columns of one distinct value's modes; zeros elsewhere.
  fileprivate func keepingModes(of value: Int, _ modes: LabelModes) -> Matrix {
    scalingColumns(by: modes.index.map { $0 == value ? 1 : 0 })
  }

  fileprivate var diagonal: [Double] { (0..<rows).map { self[$0, $0] } }
}

extension ModalBasis {
  /// What the tables are made of.
  struct Parts: Sendable {
    let modes: LabelModes
    let gram: ModalGram
    let first: Matrix
    let second: Matrix
    /// The class means at time 0 (p x C).
    let means: Matrix
    let prototypes: Matrix
    let sizes: [Int]

    /// D^-1 X for the modes of one value.
    func scaledRight(_ value: Int) -> Matrix {
      Matrix(rows: modes.right.rows, columns: modes.right.columns) { row, mode in
        modes.index[mode] == value
          ? modes.right[row, mode] / Double(sizes[row]).squareRoot() : 0
      }
    }

    /// The four products left (xi_i'xi_j) right' in the order of `ModalTables.pairs`.
    func products(_ left: Matrix, _ right: Matrix) -> [Matrix] {
      gram.all.map { left.times($0).timesTransposed(right) }
    }
  }
}
