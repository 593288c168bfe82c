import DynNumerics

extension ModalBasis {
  /// Squares that keep less than this of their terms are formed from vectors instead.
  private static let lost = 1e-4

  /// The class geometry from Gram matrices of the modes, independent of p and n: O(C^2) with tables,
  /// else O(C^3). Where the modes' parts cancel, from class means and prototypes as vectors.
  func classGeometry(_ coefficients: PlainCoefficients) -> ClassGeometry {
    let vectors = ModalClassVectors(self, coefficients)
    let labels = problem.labels
    let own =
      labels.targets.groupsAreClasses ? geometry(coefficients, vectors) : nil
    return own
      ?? ClassGeometry(
        labels, groupMeans: vectors.means, scatter: scatter(coefficients),
        prototypes: vectors.prototypes)
  }

  private func scatter(_ coefficients: PlainCoefficients) -> [Double] {
    scatter.map { coefficients.within * coefficients.within * $0 }
  }

  /// From Gram matrices; nil where they would lose what vectors keep.
  private func geometry(
    _ coefficients: PlainCoefficients, _ vectors: ModalClassVectors
  ) -> ClassGeometry? {
    let kinds = frames(coefficients)
    func features(_ kind: ModeFrame) -> [SIMD2<Double>] {
      perMode(coefficients.pairs(kind).map(\.features))
    }
    func prototypes(_ kind: ModeFrame) -> [SIMD2<Double>] {
      perMode(coefficients.pairs(kind).map(\.prototypes))
    }
    if let tables = tabledGeometry(coefficients, kinds, vectors) { return tables }
    let left = problem.labels.modes.left
    let (a, w) = (features(kinds.features), prototypes(kinds.prototypes))
    let gram = self[kinds.prototypes].gram.products(w, w)
    let squares = left.times(gram).combined(with: left) { $0 * $1 }
    let means = self[kinds.features].gram.products(a, a).sandwiched(by: maps.centredMeans)
    let centred = gram.sandwiched(by: maps.centredPrototypes)
    guard keeps(means, self[kinds.features].gram.termSquares(a), maps.centredMeans),
      keeps(centred, self[kinds.prototypes].gram.termSquares(w), maps.centredPrototypes)
    else { return nil }
    return ClassGeometry(
      means: means, prototypes: centred,
      cross: left.times(
        self[kinds.both].gram.products(prototypes(kinds.both), features(kinds.both))
      ).timesTransposed(maps.centredMeans),
      prototypeSquares: (0..<left.rows).map {
        squares.elements[squares.range(ofRow: $0)].reduce(0, +)
      },
      scatter: scatter(coefficients), sizes: problem.labels.partition.sizes, vectors: vectors)
  }

  private func tabledGeometry(
    _ coefficients: PlainCoefficients,
    _ kinds: (features: ModeFrame, prototypes: ModeFrame, both: ModeFrame),
    _ vectors: ModalClassVectors
  ) -> ClassGeometry? {
    guard let means = self[kinds.features].tables(self),
      let own = self[kinds.prototypes].tables(self), let both = self[kinds.both].tables(self),
      keeps(coefficients, kinds.features, means.separatingValue, { $0.features }),
      keeps(coefficients, kinds.prototypes, own.separatingValue, { $0.prototypes })
    else { return nil }
    let a = coefficients.pairs(kinds.features).map(\.features)
    let w = coefficients.pairs(kinds.prototypes).map(\.prototypes)
    let joint = coefficients.pairs(kinds.both)
    return ClassGeometry(
      means: means.geometry.means(a, threads: threads),
      prototypes: own.geometry.prototypes(w, threads: threads),
      cross: both.geometry.cross(
        joint.map(\.features), joint.map(\.prototypes), threads: threads),
      prototypeSquares: own.geometry.prototypeSquares(w), scatter: scatter(coefficients),
      sizes: problem.labels.partition.sizes, vectors: vectors)
  }

  /// Whether a Gram matrix is not much smaller than the squares of the modes' terms in it.
  private func keeps(_ gram: Matrix, _ terms: [Double], _ map: Matrix) -> Bool {
    let size = terms.enumerated().map { $0.element * map.column($0.offset).sumOfSquares }.sum
    return (0..<gram.rows).map { gram[$0, $0] }.sum >= Self.lost * size
  }

  private func keeps(
    _ coefficients: PlainCoefficients, _ kind: ModeFrame, _ value: Int, _ side: Side
  ) -> Bool {
    let square = self[kind].square(side(coefficients.blocks[value][kind]), ofValue: value)
    return square.sum >= Self.lost * square.terms
  }
}

/// Class means and prototypes of a state in modes, formed when a difference of Gram entries would
/// lose what the vectors have.
final class ModalClassVectors: ClassVectors {
  private let basis: ModalBasis
  private let coefficients: PlainCoefficients
  private let affine = Once<AffineState>()
  private let classMeans = Once<Matrix>()

  init(_ basis: ModalBasis, _ coefficients: PlainCoefficients) {
    self.basis = basis
    self.coefficients = coefficients
  }

  private var state: AffineState { affine.value { basis.affineState(coefficients) } }

  var prototypes: Matrix { state.prototypes }

  var means: Matrix {
    classMeans.value {
      let roots = basis.problem.labels.partition.sizes.map {
        state.factor / Double($0).squareRoot()
      }
      var means = state.shifts
      for row in 0..<means.rows {
        let start = row * means.columns
        for (label, root) in roots.enumerated() {
          means.elements[start + label] += root * basis.classPart.elements[start + label]
        }
      }
      return means
    }
  }

  /// From fixed tables, where class means and prototypes are the same combinations of modes.
  func squaredDirectionDistances(
    _ meanNorms: [Double], _ prototypeNorms: [Double]
  ) -> [Double]? {
    let kind = basis.frames(coefficients).both
    return basis[kind].tables(basis)?.geometry.squaredDirectionDistances(
      coefficients.pairs(kind), meanNorms, prototypeNorms)
  }

  /// Classes of one tie and one size differ by modes of their own: what all of them share does not
  /// enter. Weights may tie classes of several sizes, whose means are other multiples of the modes.
  func meanDifference(_ first: Int, _ second: Int) -> [Double]? {
    let labels = basis.problem.labels
    let sizes = labels.partition.sizes
    guard sizes[first] == sizes[second],
      let value = labels.modes.differenceValue(of: first, second)
    else { return nil }
    let root = 1 / Double(sizes[first]).squareRoot()
    let (a, w) = (basis.classPart, basis.problem.start.prototypes)
    let block = coefficients.blocks[value]
    let isSpectral = basis.frames(coefficients).features == .spectral
    let factors = block[isSpectral ? .spectral : .start].features
    return (0..<a.rows).map { row in
      let (deltaA, deltaW) = (a[row, first] - a[row, second], w[row, first] - w[row, second])
      guard isSpectral else { return root * (factors.x * deltaA + factors.y * deltaW) }
      let parts = basis.orientations[value].components(of: deltaA, deltaW)
      return root * ((basis.isGrowing[value] ? factors.x * parts.0 : 0) + factors.y * parts.1)
    }
  }
}

extension Matrix {
  /// B A B'.
  fileprivate func sandwiched(by outer: Matrix) -> Matrix {
    outer.times(self).timesTransposed(outer)
  }
}
