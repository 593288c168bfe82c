internal import CKernels

/// The linear system that every row of (H, W) obeys on its own, y = (h_1 ... h_n, w_1 ... w_C):
///
///     h_i' = e_1 (omega_y/n (own w_y - shared sum w) - lambda_1 h_i)
///     w_c' = e_2 (own s_c - shared sum s - lambda_2 w_c),  s_c = omega_c/n (sum of class c of h)
///
/// Its loops are compiled for several widths of vectors, chosen at run time.
@safe public final class RowSystem: @unchecked Sendable {
  // Immutable after init, which is why the class can be shared between threads.
  private let layout: ClassRows
  private let weights: UnsafeMutablePointer<Double>
  let row: dyn_row
  /// n.
  public var sampleCount: Int { layout.sampleCount }
  /// C.
  public var classCount: Int { layout.classCount }

  /// n + C.
  public var dimension: Int { sampleCount + classCount }

  /// A system for samples sorted by class, with one weight omega_c/n a class; W may be fixed.
  public init(
    sizes: [Int], weights: [Double], own: Double, shared: Double, featureDecay: Double,
    prototypeDecay: Double, movesPrototypes: Bool = true
  ) {
    precondition(sizes.count == weights.count, "one weight a class is needed")
    layout = ClassRows(sizes: sizes)
    unsafe self.weights = .allocate(capacity: max(weights.count, 1))
    for (index, weight) in weights.enumerated() { unsafe self.weights[index] = weight }
    unsafe row = dyn_row(
      classes: Int64(sizes.count), offsets: layout.offsets, weights: self.weights, own: own,
      shared: shared, feature_decay: featureDecay, prototype_decay: prototypeDecay,
      moves_prototypes: movesPrototypes ? 1 : 0)
  }

  deinit { unsafe weights.deallocate() }

  /// Writes the right-hand side of one row for rates e_1 and e_2.
  public func slope(
    of state: Span<Double>, _ features: Double, _ prototypes: Double,
    into slope: inout MutableSpan<Double>
  ) {
    precondition(state.count == dimension && slope.count == dimension, "the row has another length")
    unsafe state.withUnsafeBufferPointer { state in
      unsafe slope.withUnsafeMutableBufferPointer { slope in
        var row = unsafe row
        guard let state = state.baseAddress, let slope = slope.baseAddress
        else { return }
        // The row points into this object, whose last use the compiler sees above.
        withExtendedLifetime(self) {
          unsafe dyn_row_slope(&row, features, prototypes, state, slope)
        }
      }
    }
  }
}
