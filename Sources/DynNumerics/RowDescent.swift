internal import CKernels

/// Gradient descent on groups of rows, a row a lane of the processor's vectors.
@safe public final class RowDescent {
  /// Rows that one call may move.
  public static let rowCount = Int(DYN_LANES)

  private let system: RowSystem
  private let features: UnsafeMutablePointer<Double>
  private let prototypes: UnsafeMutablePointer<Double>
  private let work: UnsafeMutablePointer<Double>

  /// The work space of one thread: 8 (n + 4 C) numbers.
  public init(_ system: RowSystem) {
    self.system = system
    unsafe features = Self.lanes(system.sampleCount)
    unsafe prototypes = Self.lanes(system.classCount)
    unsafe work = Self.lanes(3 * system.classCount)
  }

  deinit {
    unsafe features.deallocate()
    unsafe prototypes.deallocate()
    unsafe work.deallocate()
  }

  private static func lanes(_ count: Int) -> UnsafeMutablePointer<Double> {
    let bytes = count * rowCount * MemoryLayout<Double>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 64), alignment: 64)
    return unsafe memory.bindMemory(to: Double.self, capacity: count * rowCount)
  }

  /// Step k moves H by `featureSteps[k]` and W by `prototypeSteps[k]` times the right-hand side of
  /// unit rates.
  ///
  /// - Returns: the first of the tested steps after which an entry of these rows was not finite; nil
  ///   while all are. Every `interval`-th step and the last are tested.
  public func descend(
    _ rows: Range<Int>, of features: ConcurrentRows, _ prototypes: ConcurrentRows,
    featureSteps: [Double], prototypeSteps: [Double], testingEvery interval: Int
  ) -> Int? {
    precondition(rows.count <= Self.rowCount && rows.upperBound <= features.rows, "no such rows")
    precondition(
      features.columns == system.sampleCount && prototypes.columns == system.classCount,
      "the rows have another length")
    unsafe load(rows, features, self.features)
    unsafe load(rows, prototypes, self.prototypes)
    defer {
      unsafe store(rows, self.features, features)
      unsafe store(rows, self.prototypes, prototypes)
    }
    for start in stride(from: 0, to: featureSteps.count, by: interval) {
      let end = min(start + interval, featureSteps.count)
      move(featureSteps.span.extracting(start..<end), prototypeSteps.span.extracting(start..<end))
      if !isFinite { return end }
    }
    return nil
  }

  private func load(
    _ rows: Range<Int>, _ matrix: ConcurrentRows, _ lanes: UnsafeMutablePointer<Double>
  ) {
    unsafe dyn_interleave(
      Int64(rows.count), Int64(matrix.columns), matrix.pointer(toRow: rows.lowerBound),
      Int64(matrix.columns), lanes)
  }

  private func store(
    _ rows: Range<Int>, _ lanes: UnsafeMutablePointer<Double>, _ matrix: ConcurrentRows
  ) {
    unsafe dyn_separate(
      Int64(rows.count), Int64(matrix.columns), lanes, matrix.pointer(toRow: rows.lowerBound),
      Int64(matrix.columns))
  }

  private func move(_ featureSteps: Span<Double>, _ prototypeSteps: Span<Double>) {
    unsafe featureSteps.withUnsafeBufferPointer { first in
      unsafe prototypeSteps.withUnsafeBufferPointer { second in
        var row = unsafe system.row
        guard let first = first.baseAddress, let second = second.baseAddress else { return }
        unsafe dyn_descend(
          &row, Int64(featureSteps.count), first, second, features, prototypes, work)
      }
    }
  }

  private var isFinite: Bool {
    unsafe dyn_largest(Int64(system.sampleCount * Self.rowCount), features).isFinite
      && dyn_largest(Int64(system.classCount * Self.rowCount), prototypes).isFinite
  }
}
