import DynNumerics
import RealModule

/// An orthonormal basis q_1, q_2, ... of the span of unit vectors d_k that have weights e^g_k, perhaps
/// far apart and beyond the range of a double: Gram and Schmidt's, with the largest remaining vector,
/// weight and all, next.
///
/// The coordinates q_i'd_k are then upper triangular in the order of choice, and e^g_k (q_i'd_k) is at
/// most its row's pivot, whose logarithm is `levels`: nothing small is the difference of things that
/// are large. O(p N r) for N vectors of rank r.
struct GradedFrame {
  /// q_i (p x r).
  let vectors: Matrix
  /// q_i'd_k (r x N).
  let coordinates: Matrix
  /// The logarithm of the weight of every pivot's remainder (r).
  let levels: [Double]

  /// A remainder that is this share of its vector is what rounding has left of a dependent one.
  private static let rounding = 1e-14

  /// - Parameters:
  ///   - directions: d_k as rows (N x p), of length 1; a row of zeros is no vector.
  ///   - logWeights: g_k.
  init(_ directions: Matrix, logWeights: [Double]) {
    var remainders = (0..<directions.rows).map {
      Array(directions.elements[directions.range(ofRow: $0)])
    }
    var lengths = remainders.map { $0.sumOfSquares.squareRoot() }
    var (vectors, coordinates, levels) = ([[Double]](), [[Double]](), [Double]())
    func level(_ index: Int) -> Double { Double.log(lengths[index]) + logWeights[index] }
    while vectors.count < directions.columns,
      let pivot = lengths.indices.filter({ lengths[$0] > 0 }).max(by: { level($0) < level($1) })
    {
      levels.append(level(pivot))
      let vector = remainders[pivot].orthonormal(to: vectors)
      coordinates.append(
        remainders.indices.map { index in
          guard lengths[index] > 0 else { return 0 }
          let share = vector.dot(remainders[index])
          remainders[index].subtract(share, vector)
          let length = remainders[index].sumOfSquares.squareRoot()
          lengths[index] = index == pivot || length <= Self.rounding ? 0 : length
          return share
        })
      vectors.append(vector)
    }
    self.vectors =
      Matrix(
        rows: vectors.count, columns: directions.columns, elements: vectors.flatMap { $0 }
      ).transposed
    self.coordinates = Matrix(
      rows: coordinates.count, columns: directions.rows, elements: coordinates.flatMap { $0 })
    self.levels = levels
  }
}

extension [Double] {
  /// The unit vector along this one, freed once more of what rounding has left of unit vectors that
  /// were subtracted from it.
  fileprivate func orthonormal(to others: [[Double]]) -> [Double] {
    var vector = self
    let length = vector.sumOfSquares.squareRoot()
    for index in vector.indices { vector[index] /= length }
    for other in others { vector.subtract(other.dot(vector), other) }
    let rest = vector.sumOfSquares.squareRoot()
    return vector.map { $0 / rest }
  }

  fileprivate mutating func subtract(_ factor: Double, _ other: [Double]) {
    for index in indices { self[index] -= factor * other[index] }
  }
}
