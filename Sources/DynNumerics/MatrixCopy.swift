#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Matrix {
  /// The matrix in memory of its own, written by all threads; large ones in large pages where the
  /// system has them, because most of the time that a fresh copy takes is that of mapping pages.
  public func copied(threads: Int) -> Matrix {
    let copy = unsafe [Double](unsafeUninitializedCapacity: elements.count) { target, count in
      unsafe elements.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        unsafe Self.preferLargePages(UnsafeMutableRawBufferPointer(target))
        unsafe Self.copy(from, to, count: source.count, threads: threads)
      }
      count = elements.count
    }
    return Matrix(rows: rows, columns: columns, elements: copy)
  }

  private static func copy(
    _ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>, count: Int,
    threads: Int
  ) {
    let part = 1 << 18
    Concurrency.forEach((count + part - 1) / part, threads: threads) { index in
      let start = index * part
      unsafe (target + start).initialize(
        from: source + start, count: min(part, count - start))
    }
  }

  private static func preferLargePages(_ memory: UnsafeMutableRawBufferPointer) {
    #if canImport(Glibc)
      let page = 1 << 21
      guard memory.count >= 4 * page, let start = memory.baseAddress else { return }
      // Advice is for whole pages; where it is not taken nothing is lost.
      let inset = -Int(bitPattern: start) & (page - 1)
      _ = unsafe madvise(start + inset, (memory.count - inset) / page * page, MADV_HUGEPAGE)
    #endif
  }
}
