public import DynNumerics

/// A matrix among the variables of a landscape; a bias is one column.
public struct VariableBlock: Sendable, Equatable {
  /// Rows and columns.
  public let shape: MatrixShape
  /// The number of the variable in the first row and column.
  public let start: Int
  /// How many variables lie from the beginning of a row to that of the next.
  public let stride: Int
  /// Its weight decay lambda.
  public let decay: Double

  /// A block: entry (r, c) is the variable start + r stride + c.
  public init(shape: MatrixShape, start: Int, stride: Int, decay: Double) {
    self.shape = shape
    self.start = start
    self.stride = stride
    self.decay = decay
  }

  /// The block of a vector of all variables.
  public func matrix(of vector: [Double]) -> Matrix {
    Matrix(
      rows: shape.rows, columns: shape.columns,
      elements: (0..<shape.rows).flatMap { vector[range(ofRow: $0)] })
  }

  /// Writes the block of a vector of all variables.
  public func write(_ matrix: Matrix, into vector: inout [Double]) {
    for row in 0..<shape.rows {
      vector.replaceSubrange(range(ofRow: row), with: matrix.elements[matrix.range(ofRow: row)])
    }
  }

  /// The variables of a row.
  func range(ofRow row: Int) -> Range<Int> {
    let first = start + row * stride
    return first..<first + shape.columns
  }

  /// The block without its last column, and that column.
  var splittingLastColumn: [VariableBlock] {
    let left = MatrixShape(rows: shape.rows, columns: shape.columns - 1)
    return [
      VariableBlock(shape: left, start: start, stride: stride, decay: decay),
      VariableBlock(
        shape: MatrixShape(rows: shape.rows, columns: 1), start: start + left.columns,
        stride: stride, decay: decay),
    ]
  }
}
