/// A symmetric matrix that is known by its products with vectors.
public protocol SymmetricOperator: Sendable {
  /// The number of rows, which is that of columns.
  var dimension: Int { get }
  /// The product with a vector of `dimension` entries.
  func image(of vector: [Double]) -> [Double]
}

extension SymmetricOperator {
  /// The matrix itself: the images of the unit vectors, averaged with their transpose.
  ///
  /// - Complexity: `dimension` products and `dimension`^2 memory.
  public var matrix: Matrix {
    var unit = [Double](repeating: 0, count: dimension)
    var rows: [Double] = []
    rows.reserveCapacity(dimension * dimension)
    for index in 0..<dimension {
      unit[index] = 1
      rows += image(of: unit)
      unit[index] = 0
    }
    let images = Matrix(rows: dimension, columns: dimension, elements: rows)
    return Matrix(rows: dimension, columns: dimension) { (images[$0, $1] + images[$1, $0]) / 2 }
  }
}
