internal import CKernels

extension ClassRows {
  /// The number of samples whose own class's logit is the largest of all, at several times.
  ///
  /// The logit of class c for sample i of class y at time t is
  /// `factors[t].0 first[c, i] + factors[t].1 second[c, i] + shifts[t][y, c]`. Every table is read
  /// once for all times. O(C n) a time.
  public func correctCounts(
    first: Matrix, second: Matrix, factors: [(Double, Double)], shifts: [Matrix], threads: Int = 1
  ) -> [Int] {
    precondition(first.columns == sampleCount && second.columns == sampleCount, "shapes differ")
    let times = factors.count
    let (x, y) = (factors.map(\.0), factors.map(\.1))
    let flatShifts = shifts.flatMap(\.elements)
    let spaces = (0..<max(1, min(threads, classCount))).map { _ in CountSpace(times) }
    unsafe first.elements.withUnsafeBufferPointer { first in
      unsafe second.elements.withUnsafeBufferPointer { second in
        guard let first = first.baseAddress, let second = second.baseAddress else { return }
        Concurrency.forEach(classCount, workspaces: spaces) { label, space in
          unsafe dyn_count_correct(
            Int64(classCount), Int64(label), offsets[label], offsets[label + 1],
            Int64(sampleCount), first, second, Int64(times), x, y, flatShifts, &space.counts)
        }
      }
    }
    return (0..<times).map { time in spaces.reduce(0) { $0 + Int($1.counts[time]) } }
  }
}

/// One thread's counts.
private final class CountSpace {
  var counts: [Int64]
  init(_ times: Int) { counts = [Int64](repeating: 0, count: times) }
}
