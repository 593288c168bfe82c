internal import CKernels

/// The linear system that every row of (H, W) obeys on its own, y = (h_1 ... h_n, w_1 ... w_C):
///
///     h_i' = e_1 (omega_y/n ((1+gamma) w_y - gamma sum w) - lambda_1 h_i)
///     w_c' = e_2 ((1+gamma) s_c - gamma sum s - lambda_2 w_c),  s_c = omega_c/n (sum of class c of h)
///
/// Its loops are compiled for several widths of vectors, chosen at run time.
@safe public final class RowSystem: @unchecked Sendable {
  // Immutable after init, which is why the class can be shared between threads.
  private let offsets: UnsafeMutablePointer<Int64>
  private let weights: UnsafeMutablePointer<Double>
  let row: dyn_row
  /// n.
  public let sampleCount: Int
  /// C.
  public let classCount: Int

  /// n + C.
  public var dimension: Int { sampleCount + classCount }

  /// A system for samples sorted by class, with one weight omega_c/n a class; W may be fixed.
  public init(
    sizes: [Int], weights: [Double], gamma: Double, featureDecay: Double, prototypeDecay: Double,
    movesPrototypes: Bool = true
  ) {
    precondition(sizes.count == weights.count, "one weight a class is needed")
    classCount = sizes.count
    sampleCount = sizes.reduce(0, +)
    unsafe offsets = .allocate(capacity: sizes.count + 1)
    unsafe self.weights = .allocate(capacity: max(sizes.count, 1))
    var offset = 0
    for index in sizes.indices {
      unsafe offsets[index] = Int64(offset)
      unsafe self.weights[index] = weights[index]
      offset += sizes[index]
    }
    unsafe offsets[sizes.count] = Int64(offset)
    unsafe row = dyn_row(
      classes: Int64(sizes.count), offsets: offsets, weights: self.weights, gamma: gamma,
      feature_decay: featureDecay, prototype_decay: prototypeDecay,
      moves_prototypes: movesPrototypes ? 1 : 0)
  }

  deinit {
    unsafe offsets.deallocate()
    unsafe weights.deallocate()
  }

  /// Writes the right-hand side of one row for rates e_1 and e_2.
  public func slope(
    of state: Span<Double>, _ features: Double, _ prototypes: Double,
    into slope: inout MutableSpan<Double>
  ) {
    precondition(state.count == dimension && slope.count == dimension, "the row has another length")
    unsafe state.withUnsafeBufferPointer { state in
      unsafe slope.withUnsafeMutableBufferPointer { slope in
        var row = unsafe row
        var none = dyn_combination()
        guard let state = state.baseAddress, let slope = slope.baseAddress
        else { return }
        unsafe dyn_row_slope(&row, features, prototypes, state, &none, nil, slope)
      }
    }
  }
}

/// Gradient descent on groups of rows, a row a lane of the processor's vectors.
@safe public final class RowDescent {
  /// Rows that are worked on at once.
  public static let rowCount = Int(DYN_LANES)

  private let system: RowSystem
  private let features: UnsafeMutablePointer<Double>
  private let prototypes: UnsafeMutablePointer<Double>
  private let sums: UnsafeMutablePointer<Double>

  /// The work space of one thread: 8 (n + 2 C) numbers.
  public init(_ system: RowSystem) {
    self.system = system
    unsafe features = Self.lanes(system.sampleCount)
    unsafe prototypes = Self.lanes(system.classCount)
    unsafe sums = Self.lanes(system.classCount)
  }

  deinit {
    unsafe features.deallocate()
    unsafe prototypes.deallocate()
    unsafe sums.deallocate()
  }

  private static func lanes(_ count: Int) -> UnsafeMutablePointer<Double> {
    let bytes = count * rowCount * MemoryLayout<Double>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 64), alignment: 64)
    return unsafe memory.bindMemory(to: Double.self, capacity: count * rowCount)
  }

  /// Step k moves H by `steps[k].0` and W by `steps[k].1` times the right-hand side of unit rates.
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
        guard let first = first.baseAddress, let second = second.baseAddress
        else { return }
        unsafe dyn_descend(
          &row, Int64(featureSteps.count), first, second, features, prototypes, sums)
      }
    }
  }

  private var isFinite: Bool {
    unsafe dyn_largest(Int64(system.sampleCount * Self.rowCount), features).isFinite
      && dyn_largest(Int64(system.classCount * Self.rowCount), prototypes).isFinite
  }
}
