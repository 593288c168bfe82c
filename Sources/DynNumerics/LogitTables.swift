internal import CKernels

/// Logits of all samples at several times as combinations of fixed tables: that of class c for sample
/// i of class y at time t is
///
///     x_t first[c, i] + y_t second[c, i] + sum_k factors[t, k] shifts[k][y, c] + offsets[t, c]
public struct LogitTables {
  /// The table that x_t multiplies (C x n).
  public let first: Matrix
  /// The table that y_t multiplies (C x n).
  public let second: Matrix
  /// C x C each, a row a sample's class; at most ten.
  public let shifts: [Matrix]

  /// Gathers the tables.
  public init(first: Matrix, second: Matrix, shifts: [Matrix]) {
    precondition(shifts.count <= Int(DYN_STAGES), "too many tables")
    self.first = first
    self.second = second
    self.shifts = shifts
  }

  /// The number of samples whose own class's logit is the largest of all, at every time.
  ///
  /// - Parameters:
  ///   - scales: (x_t, y_t), one pair a time.
  ///   - factors: a row a time, a column a table of `shifts`.
  ///   - offsets: a row a time, a column a class; none where empty.
  /// - Complexity: O(C n) a time; every table is read once for all times.
  public func correctCounts(
    _ rows: ClassRows, scales: [SIMD2<Double>], factors: Matrix, offsets: Matrix?, threads: Int = 1
  ) -> [Int] {
    precondition(factors.rows == scales.count && factors.columns == shifts.count, "shapes differ")
    let spaces = (0..<max(1, min(threads, rows.classCount))).map { _ in
      CountSpace(times: scales.count, classes: rows.classCount)
    }
    let (x, y) = (scales.map(\.x), scales.map(\.y))
    unsafe withPointers(rows, x, y, factors.elements, offsets?.elements ?? []) { logits in
      Concurrency.forEach(rows.classCount, workspaces: spaces) { label, space in
        unsafe dyn_count_correct(
          &logits, Int64(label), rows.offsets[label], rows.offsets[label + 1], &space.shift,
          &space.counts)
      }
    }
    return scales.indices.map { time in spaces.reduce(0) { $0 + Int($1.counts[time]) } }
  }

  private func withPointers(
    _ rows: ClassRows, _ x: [Double], _ y: [Double], _ factors: [Double], _ offsets: [Double],
    _ body: (inout dyn_logits) -> Void
  ) {
    unsafe first.elements.withUnsafeBufferPointer { first in
      unsafe second.elements.withUnsafeBufferPointer { second in
        unsafe x.withUnsafeBufferPointer { x in
          unsafe y.withUnsafeBufferPointer { y in
            unsafe factors.withUnsafeBufferPointer { factors in
              unsafe offsets.withUnsafeBufferPointer { offsets in
                var logits = unsafe dyn_logits()
                unsafe logits.classes = Int64(rows.classCount)
                unsafe logits.samples = Int64(rows.sampleCount)
                unsafe logits.times = Int64(x.count)
                unsafe logits.shift_count = Int64(shifts.count)
                unsafe logits.first = first.baseAddress
                unsafe logits.second = second.baseAddress
                unsafe logits.x = x.baseAddress
                unsafe logits.y = y.baseAddress
                unsafe logits.factors = factors.baseAddress
                unsafe logits.offsets = offsets.isEmpty ? nil : offsets.baseAddress
                unsafe Self.fill(&logits, shifts[...], body)
              }
            }
          }
        }
      }
    }
  }

  /// Nests one scope a table, in which its address is valid.
  private static func fill(
    _ logits: inout dyn_logits, _ tables: ArraySlice<Matrix>, _ body: (inout dyn_logits) -> Void
  ) {
    guard let table = tables.first else { return unsafe body(&logits) }
    unsafe table.elements.withUnsafeBufferPointer { buffer in
      unsafe withUnsafeMutableBytes(of: &logits.shifts) { bytes in
        unsafe bytes.bindMemory(to: UnsafePointer<Double>?.self)[tables.startIndex] =
          buffer.baseAddress
      }
      unsafe fill(&logits, tables.dropFirst(), body)
    }
  }
}

/// One thread's counts and work space.
private final class CountSpace {
  var counts: [Int64]
  var shift: [Double]

  init(times: Int, classes: Int) {
    counts = [Int64](repeating: 0, count: times)
    shift = [Double](repeating: 0, count: classes)
  }
}
