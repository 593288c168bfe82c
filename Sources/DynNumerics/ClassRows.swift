internal import CKernels

/// Vectorised passes over the rows of matrices whose columns are samples sorted by class.
///
/// Rows are worked on in fixed groups over several threads, and the groups' results are added in
/// their order: results do not depend on the number of threads.
@safe public final class ClassRows: @unchecked Sendable {
  // Immutable after init, which is why the class can be shared between threads.
  let offsets: UnsafeMutablePointer<Int64>
  /// C.
  public let classCount: Int
  /// n.
  public let sampleCount: Int
  /// Rows that one thread takes at once.
  static let group = 8

  /// The layout of classes of given sizes.
  public init(sizes: [Int]) {
    classCount = sizes.count
    sampleCount = sizes.reduce(0, +)
    unsafe offsets = .allocate(capacity: sizes.count + 1)
    var offset = 0
    for (index, size) in sizes.enumerated() {
      unsafe offsets[index] = Int64(offset)
      offset += size
    }
    unsafe offsets[sizes.count] = Int64(offset)
  }

  deinit { unsafe offsets.deallocate() }

  /// The largest absolute value of a matrix; nan if an entry is.
  public func largestMagnitude(_ matrix: Matrix, threads: Int = 1) -> Double {
    let groups = Self.groups(matrix.rows)
    var partial = Matrix(rows: 1, columns: groups.count)
    partial.withConcurrentRows { partial in
      Concurrency.forEach(groups.count, threads: threads) { group in
        let rows = groups[group]
        let range = rows.lowerBound * matrix.columns..<rows.upperBound * matrix.columns
        partial[0, group] = matrix.elements.span.extracting(range).largestMagnitude
      }
    }
    return partial.elements.span.largestMagnitude
  }

  /// The sums of every class in every row (rows x C), and the sum over rows of the squared
  /// deviations from the class's mean (C). One pass.
  public func moments(
    _ matrix: Matrix, threads: Int = 1
  ) -> (sums: Matrix, scatter: [Double]) {
    precondition(matrix.columns == sampleCount, "the columns are not the samples")
    var sums = Matrix(rows: matrix.rows, columns: classCount)
    let groups = Self.groups(matrix.rows)
    var partial = Matrix(rows: groups.count, columns: classCount)
    sums.withConcurrentRows { sums in
      partial.withConcurrentRows { partial in
        unsafe matrix.elements.withUnsafeBufferPointer { source in
          guard let base = source.baseAddress else { return }
          Concurrency.forEach(groups.count, threads: threads) { group in
            for row in groups[group] {
              unsafe dyn_class_moments(
                Int64(classCount), offsets, base + row * sampleCount, sums.pointer(toRow: row),
                partial.pointer(toRow: group))
            }
          }
        }
      }
    }
    return (sums, (0..<classCount).map { partial.column($0).sum })
  }

  /// The squared Frobenius norm of H - (factor G + scale shifts), a column of `shifts` (rows x C) for
  /// all samples of a class. One pass.
  public func squaredDistance(
    of matrix: Matrix, from other: Matrix, times factor: Double, shiftedBy shifts: Matrix,
    times scale: Double = 1, threads: Int = 1
  ) -> Double {
    precondition(matrix.columns == sampleCount && other.columns == sampleCount, "shapes differ")
    let groups = Self.groups(matrix.rows)
    var partial = Matrix(rows: 1, columns: groups.count)
    partial.withConcurrentRows { partial in
      unsafe matrix.elements.withUnsafeBufferPointer { left in
        unsafe other.elements.withUnsafeBufferPointer { right in
          unsafe shifts.elements.withUnsafeBufferPointer { shifts in
            guard let left = left.baseAddress, let right = right.baseAddress,
              let shifts = shifts.baseAddress
            else { return }
            Concurrency.forEach(groups.count, threads: threads) { group in
              for row in groups[group] {
                unsafe partial.pointer(toRow: 0)[group] += dyn_shifted_distance(
                  Int64(classCount), offsets, left + row * sampleCount, right + row * sampleCount,
                  factor, shifts + row * classCount, scale)
              }
            }
          }
        }
      }
    }
    return partial.elements.sum
  }

  /// Writes factor G + shifts over `target`, past the caches.
  public func shift(
    _ matrix: Matrix, times factor: Double, by shifts: Matrix, into target: inout Matrix,
    threads: Int = 1
  ) {
    precondition(
      matrix.columns == sampleCount && target.columns == sampleCount
        && matrix.rows == target.rows && shifts.rows == target.rows, "shapes differ")
    let groups = Self.groups(matrix.rows)
    target.withConcurrentRows { target in
      unsafe matrix.elements.withUnsafeBufferPointer { source in
        unsafe shifts.elements.withUnsafeBufferPointer { shifts in
          guard let source = source.baseAddress, let shifts = shifts.baseAddress
          else { return }
          Concurrency.forEach(groups.count, threads: threads) { group in
            for row in groups[group] {
              unsafe dyn_shift(
                Int64(classCount), offsets, source + row * sampleCount, factor,
                shifts + row * classCount, target.pointer(toRow: row))
            }
          }
        }
      }
    }
  }

  static func groups(_ rows: Int) -> [Range<Int>] {
    stride(from: 0, to: rows, by: group).map { $0..<min($0 + group, rows) }
  }
}
