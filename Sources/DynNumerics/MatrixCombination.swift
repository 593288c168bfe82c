internal import CKernels

extension Matrix {
  /// sum_k factors[k] tables[k], all of one shape: one pass for every few tables.
  public static func combination(
    _ factors: [Double], of tables: [Matrix], threads: Int = 1
  ) -> Matrix {
    precondition(!tables.isEmpty && factors.count == tables.count, "one factor a table is needed")
    var result = Matrix(rows: tables[0].rows, columns: tables[0].columns)
    for start in stride(from: 0, to: tables.count, by: Int(DYN_STAGES)) {
      let end = Swift.min(start + Int(DYN_STAGES), tables.count)
      result.add(Array(factors[start..<end]), Array(tables[start..<end]), threads: threads)
    }
    return result
  }

  private mutating func add(_ factors: [Double], _ tables: [Matrix], threads: Int) {
    let chunks = Self.chunks(elements.count)
    withConcurrentRows { result in
      Concurrency.forEach(chunks.count, threads: threads) { chunk in
        let range = chunks[chunk]
        let target = unsafe result.pointer(toRow: 0) + range.lowerBound
        Self.withCombination(factors, tables, at: range.lowerBound) { combination in
          unsafe dyn_combine(Int64(range.count), target, &combination, target)
        }
      }
    }
  }

  private static func withCombination(
    _ factors: [Double], _ tables: [Matrix], at offset: Int,
    _ body: (inout dyn_combination) -> Void
  ) {
    var combination = dyn_combination()
    combination.count = Int64(factors.count)
    unsafe withUnsafeMutableBytes(of: &combination.factors) { bytes in
      let target = unsafe bytes.bindMemory(to: Double.self)
      for (index, factor) in factors.enumerated() { unsafe target[index] = factor }
    }
    fill(&combination, tables[...], at: offset, body)
  }

  /// Nests one scope a table, in which its address is valid.
  private static func fill(
    _ combination: inout dyn_combination, _ tables: ArraySlice<Matrix>, at offset: Int,
    _ body: (inout dyn_combination) -> Void
  ) {
    guard let table = tables.first else { return body(&combination) }
    let index = tables.startIndex
    unsafe table.elements.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe withUnsafeMutableBytes(of: &combination.slopes) { bytes in
        unsafe bytes.bindMemory(to: UnsafePointer<Double>?.self)[index] = unsafe base + offset
      }
      fill(&combination, tables.dropFirst(), at: offset, body)
    }
  }

  /// Entries that one thread takes at once.
  static func chunks(_ count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: 65536).map { $0..<Swift.min($0 + 65536, count) }
  }

  /// |A/|A| - (I - 11'/C)/sqrt(C - 1)| of a square matrix: zero for the Gram matrix of a simplex
  /// equiangular tight frame of any size. Neither overflows nor underflows. O(C^2).
  public func distanceToSimplexETF(threads: Int = 1) -> Double {
    precondition(rows == columns, "a Gram matrix is square")
    let largest = elements.span.largestMagnitude
    guard largest > 0, largest.isFinite else { return .nan }
    let norm = unsafe sumOverRows(threads) { row, entries in
      unsafe dyn_squares(Int64(rows), 1 / largest, entries)
    }.squareRoot()
    let count = Double(rows)
    let scale = 1 / (count - 1).squareRoot()
    return unsafe sumOverRows(threads) { row, entries in
      unsafe dyn_frame_distance(
        Int64(rows), 1 / largest / norm, entries, Int64(row), scale - scale / count, scale / count)
    }.squareRoot()
  }

  private func sumOverRows(
    _ threads: Int, _ body: (_ row: Int, UnsafePointer<Double>) -> Double
  ) -> Double {
    let groups = ClassRows.groups(rows)
    var partial = Matrix(rows: 1, columns: groups.count)
    partial.withConcurrentRows { partial in
      unsafe elements.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        Concurrency.forEach(groups.count, threads: columns * rows > 65536 ? threads : 1) { group in
          for row in groups[group] {
            partial[0, group] += unsafe body(row, base + row * columns)
          }
        }
      }
    }
    return partial.elements.sum
  }

  /// |A - factor B|^2 of two matrices of one shape, without overflow only as far as the squares.
  public func squaredDistance(from other: Matrix, times factor: Double) -> Double {
    precondition(rows == other.rows && columns == other.columns, "shapes differ")
    return unsafe elements.withUnsafeBufferPointer { own in
      unsafe other.elements.withUnsafeBufferPointer { other in
        guard let own = own.baseAddress, let other = other.baseAddress else { return 0 }
        var offsets = [0, Int64(rows * columns)]
        return unsafe dyn_shifted_distance(1, &offsets, own, other, factor, [0], 0)
      }
    }
  }
}
