/// A dense real matrix in row-major order.
///
/// The model's matrices have one row a feature coordinate, so that a row (one coordinate of all
/// samples) is contiguous: the linear flows act on rows independently.
@frozen public struct Matrix: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// `rows * columns` entries, row after row.
  public var elements: [Double]

  /// A matrix from its entries, row after row.
  ///
  /// - Precondition: `elements.count == rows * columns`.
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(elements.count == rows * columns, "entries do not fill the matrix")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// A matrix of zeros.
  public init(rows: Int, columns: Int) {
    self.init(
      rows: rows, columns: columns, elements: [Double](repeating: 0, count: rows * columns))
  }

  /// A matrix whose entry in row r and column c is `entry(r, c)`.
  @inlinable public init(rows: Int, columns: Int, entry: (_ row: Int, _ column: Int) -> Double) {
    self.init(rows: rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns { elements[row * columns + column] = entry(row, column) }
    }
  }

  /// The identity matrix.
  public static func identity(_ size: Int) -> Matrix {
    Matrix(rows: size, columns: size) { $0 == $1 ? 1 : 0 }
  }

  /// The entry in the given row and column, counted from 0.
  @inlinable public subscript(row: Int, column: Int) -> Double {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  /// The positions of one row in `elements`.
  @inlinable public func range(ofRow row: Int) -> Range<Int> { row * columns..<(row + 1) * columns }

  /// One column as an array. O(rows).
  public func column(_ column: Int) -> [Double] { (0..<rows).map { self[$0, column] } }

  /// The transpose. O(rows * columns).
  public var transposed: Matrix { Matrix(rows: columns, columns: rows) { self[$1, $0] } }

  /// The matrix with its columns in the order that `order` names.
  public func permutingColumns(_ order: [Int]) -> Matrix {
    Matrix(rows: rows, columns: order.count) { self[$0, order[$1]] }
  }

  /// Every entry multiplied by one number.
  public static func * (factor: Double, matrix: Matrix) -> Matrix {
    Matrix(
      rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { factor * $0 })
  }

  /// The entrywise sum of two matrices of one shape.
  public static func + (left: Matrix, right: Matrix) -> Matrix {
    left.combined(with: right) { $0 + $1 }
  }

  /// The entrywise difference of two matrices of one shape.
  public static func - (left: Matrix, right: Matrix) -> Matrix {
    left.combined(with: right) { $0 - $1 }
  }

  /// The matrix of `operation` applied to the entries of two matrices of one shape.
  public func combined(with other: Matrix, _ operation: (Double, Double) -> Double) -> Matrix {
    precondition(rows == other.rows && columns == other.columns, "shapes differ")
    return Matrix(
      rows: rows, columns: columns,
      elements: zip(elements, other.elements).map { operation($0, $1) })
  }

  /// Every column multiplied by its own factor: the product with a diagonal matrix on the right.
  public func scalingColumns(by factors: [Double]) -> Matrix {
    precondition(factors.count == columns, "one factor a column is needed")
    var result = self
    var entries = result.elements.mutableSpan
    for row in 0..<rows {
      let start = row * columns
      for column in factors.indices { entries[start + column] *= factors[column] }
    }
    return result
  }
}
