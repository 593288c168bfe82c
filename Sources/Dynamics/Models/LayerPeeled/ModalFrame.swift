import DynNumerics

/// The vectors (v_1, v_2) of every mode in one frame (p x C each), with what follows from them alone.
final class ModalFrame: Sendable {
  let first: Matrix
  let second: Matrix
  /// |v_1|^2, v_1'v_2 and |v_2|^2 summed over the modes of each distinct singular value.
  let products: [(first: Double, mixed: Double, second: Double)]
  /// The modes of every distinct value.
  private let members: [[Int]]
  private let gramCache = Once<ModalGram>()
  private let tableCache = Once<ModalTables?>()
  private let logitCache = Once<ModalLogits>()

  /// O(p C).
  init(first: Matrix, second: Matrix, modes: LabelModes) {
    self.first = first
    self.second = second
    members = modes.distinctValues.indices.map { value in
      modes.index.indices.filter { modes.index[$0] == value }
    }
    var products = modes.distinctValues.map { _ in (first: 0.0, mixed: 0.0, second: 0.0) }
    for row in 0..<first.rows {
      for (mode, value) in modes.index.enumerated() {
        let (x, y) = (first[row, mode], second[row, mode])
        products[value].first += x * x
        products[value].mixed += x * y
        products[value].second += y * y
      }
    }
    self.products = products
  }

  /// The frame without the modes of distinct values that are absent.
  func keeping(_ isPresent: [Bool], _ modes: LabelModes) -> ModalFrame {
    let factors = modes.index.map { isPresent[$0] ? 1.0 : 0 }
    return ModalFrame(
      first: first.scalingColumns(by: factors), second: second.scalingColumns(by: factors),
      modes: modes)
  }

  /// The inner products of all vectors. O(p C^2) when first asked for.
  var gram: ModalGram { gramCache.value { ModalGram(first: first, second: second) } }

  /// Fixed matrices for all times; nil where there would be many.
  func tables(_ basis: ModalBasis) -> ModalTables? {
    tableCache.value { ModalTables(basis, self) }
  }

  /// The tables of the logits. O(p n C) when first asked for.
  func logits(_ basis: ModalBasis) -> ModalLogits { logitCache.value { ModalLogits(basis, self) } }

  /// Whether any mode of a distinct value has a part.
  func isPresent(_ value: Int) -> Bool {
    let product = products[value]
    return product.first + product.second > 0 || norm(first, value) + norm(second, value) > 0
  }

  /// |v_1| and |v_2| over the modes of a value, also where their squares underflow.
  func norms(ofValue value: Int) -> (first: Double, second: Double) {
    func norm(_ square: Double, _ vectors: Matrix) -> Double {
      square > Self.smallestSquare ? square.squareRoot() : self.norm(vectors, value)
    }
    return (norm(products[value].first, first), norm(products[value].second, second))
  }

  /// Squares from here on have all their digits.
  private static let smallestSquare = 1e-280

  private func norm(_ vectors: Matrix, _ value: Int) -> Double {
    members[value].map { vectors.column($0).norm }.norm
  }

  /// |x v_1 + y v_2|^2 summed over the modes of a value, and the sum of the squares of its terms:
  /// where the first is much smaller, the terms cancel.
  func square(_ v: SIMD2<Double>, ofValue value: Int) -> (sum: Double, terms: Double) {
    let product = products[value]
    let terms = v.x * v.x * product.first + v.y * v.y * product.second
    return (max(terms + 2 * v.x * v.y * product.mixed, 0), terms)
  }

  /// The same sum from the vectors: its error is that of the vectors, not of their squares.
  /// O(p times modes of the value).
  func vectorSquare(_ v: SIMD2<Double>, ofValue value: Int) -> Double {
    var sum = 0.0
    for row in 0..<first.rows {
      for mode in members[value] {
        let entry = v.x * first[row, mode] + v.y * second[row, mode]
        sum += entry * entry
      }
    }
    return sum
  }

  /// The sum over the modes of a value of a'w, and the size that bounds its terms.
  func product(_ pair: ModePair, ofValue value: Int) -> (sum: Double, size: Double) {
    let (f, w) = (pair.features, pair.prototypes)
    let product = products[value]
    let sum =
      f.x * w.x * product.first + f.y * w.y * product.second
      + (f.x * w.y + f.y * w.x) * product.mixed
    let size =
      square(f, ofValue: value).terms.squareRoot() * square(w, ofValue: value).terms.squareRoot()
    return (sum, size)
  }

  /// All modes' vectors combined, one pair of factors per mode (p x C).
  func combination(_ factors: [SIMD2<Double>]) -> Matrix {
    var result = first
    for row in 0..<first.rows {
      for mode in 0..<first.columns {
        result[row, mode] = factors[mode].x * first[row, mode] + factors[mode].y * second[row, mode]
      }
    }
    return result
  }
}
