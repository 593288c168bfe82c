import DynNumerics

/// What factor after factor makes of the singular vectors of the label operator: from below of the
/// features' side, from above of the classes'.
struct ModeChains {
  /// A mode of which at most one factor is zero.
  struct Mode {
    /// Its position in the frame.
    let index: Int
    /// h, w_1, ..., w_L; all but the last are not negative.
    let sizes: [Double]
    /// The position of the zero factor; the number of factors where none is.
    let zero: Int
  }

  private(set) var modes: [Mode] = []
  /// Of H, W_1, ..., W_{L-1} from below.
  private let below: [Link]
  /// Of W_1, ..., W_L from above.
  private let above: [Link]

  init(_ factors: AlignmentFactors, _ frame: GrowingModes) {
    let floors = factors.norms.map { LayerAlignment.tolerance * $0 }
    let layers = factors.layers
    var below = [Link(factors.parts.times(frame.right), floor: floors[0])]
    for (index, layer) in layers.dropLast().enumerated() {
      below.append(Link(layer.times(below[index].directions), floor: floors[index + 1]))
    }
    var side = frame.left
    var above: [Link] = []
    for (index, layer) in layers.enumerated().reversed() {
      above.append(Link(layer.transposedTimes(side), floor: floors[index + 1]))
      side = above[above.count - 1].directions
    }
    self.below = below
    self.above = above.reversed()
    let last = layers[layers.count - 1].times(below[below.count - 1].directions)
    modes = frame.values.indices.compactMap {
      mode($0, last: frame.left.column($0).dot(last.column($0)), floor: floors[layers.count])
    }
  }

  /// The mode at a position of the frame; nil where two factors or more are zero.
  private func mode(_ index: Int, last: Double, floor: Double) -> Mode? {
    let sizes = below.map { $0.sizes[index] }
    guard let zero = sizes.firstIndex(of: 0) else {
      let isZero = abs(last) <= floor
      return Mode(
        index: index, sizes: sizes + [isZero ? 0 : last],
        zero: isZero ? sizes.count : sizes.count + 1)
    }
    // Layer l of the chain from above is factor l + 1.
    let upper = above[zero...].map { $0.sizes[index] }
    guard !upper.contains(0) else { return nil }
    return Mode(index: index, sizes: Array(sizes[..<zero]) + [0] + upper, zero: zero)
  }

  /// R_l, a mode a column: as the factors below make it, from a factor of zero on as those above do.
  func side(_ level: Int) -> Matrix {
    let (lower, upper) = (below[level].directions, above[level].directions)
    return Matrix(rows: lower.rows, columns: modes.count) { row, column in
      let mode = modes[column]
      return level < mode.zero ? lower[row, mode.index] : upper[row, mode.index]
    }
  }
}

/// The images of vectors under a factor, as sizes and unit vectors.
private struct Link {
  /// Their norms; 0 where these are rounding.
  let sizes: [Double]
  /// Unit vectors, a column each; zero of those that are rounding.
  let directions: Matrix

  init(_ images: Matrix, floor: Double) {
    sizes = (0..<images.columns).map { column in
      let norm = images.column(column).norm
      return norm > floor ? norm : 0
    }
    // Divided one by one: the inverse of a small norm overflows.
    let norms = sizes
    directions = Matrix(rows: images.rows, columns: images.columns) { row, column in
      norms[column] > 0 ? images[row, column] / norms[column] : 0
    }
  }
}
