/// A matrix whose rows, or whose columns, several threads change at once, each its own.
@safe public struct ConcurrentRows: @unchecked Sendable {
  private let base: UnsafeMutablePointer<Double>
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int

  init(base: UnsafeMutablePointer<Double>, rows: Int, columns: Int) {
    unsafe self.base = base
    self.rows = rows
    self.columns = columns
  }

  func pointer(toRow row: Int) -> UnsafeMutablePointer<Double> { unsafe base + row * columns }

  /// The entry in the given row and column.
  public subscript(row: Int, column: Int) -> Double {
    get {
      precondition(row < rows && column < columns, "no such entry")
      return unsafe base[row * columns + column]
    }
    nonmutating set {
      precondition(row < rows && column < columns, "no such entry")
      unsafe base[row * columns + column] = newValue
    }
  }

  /// Copies a row into a buffer, from a position on.
  public func copyRow(_ row: Int, into buffer: inout [Double], at position: Int = 0) {
    precondition(row < rows && position + columns <= buffer.count, "the row does not fit")
    unsafe buffer.withUnsafeMutableBufferPointer {
      guard let target = $0.baseAddress else { return }
      unsafe (target + position).update(from: pointer(toRow: row), count: columns)
    }
  }

  /// Replaces a row by what stands in a buffer, from a position on.
  public func replaceRow(_ row: Int, by buffer: [Double], at position: Int = 0) {
    precondition(row < rows && position + columns <= buffer.count, "the buffer is too short")
    unsafe buffer.withUnsafeBufferPointer {
      guard let source = $0.baseAddress else { return }
      unsafe pointer(toRow: row).update(from: source + position, count: columns)
    }
  }

  /// Copies a column into a buffer.
  public func copyColumn(_ column: Int, into buffer: inout [Double]) {
    precondition(column < columns && rows <= buffer.count, "the column does not fit")
    for row in 0..<rows { buffer[row] = unsafe base[row * columns + column] }
  }

  /// Replaces a column by a buffer.
  public func replaceColumn(_ column: Int, by buffer: [Double]) {
    precondition(column < columns && rows <= buffer.count, "the buffer is too short")
    for row in 0..<rows { unsafe base[row * columns + column] = buffer[row] }
  }
}

extension Matrix {
  /// Lets several threads change the matrix, each its own rows or columns.
  public mutating func withConcurrentRows<Result>(
    _ body: (ConcurrentRows) -> Result
  ) -> Result {
    let (rows, columns) = (rows, columns)
    return unsafe elements.withUnsafeMutableBufferPointer { buffer in
      // An empty matrix has no rows to hand out: any address will do.
      let base = unsafe buffer.baseAddress ?? UnsafeMutablePointer<Double>.dangling
      return body(unsafe ConcurrentRows(base: base, rows: rows, columns: columns))
    }
  }
}

extension UnsafeMutablePointer<Double> {
  fileprivate static var dangling: UnsafeMutablePointer<Double> {
    unsafe UnsafeMutablePointer(bitPattern: MemoryLayout<Double>.alignment)
      ?? .allocate(capacity: 0)
  }
}
