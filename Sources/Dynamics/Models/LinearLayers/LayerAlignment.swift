import DynNumerics

/// Features and linear layers in the singular vectors of the label operator:
///
///     H = R_0 diag(h) V' + E_0,  W_1 = R_1 diag(w_1) R_0' + E_1,  ...,  W_L = U diag(w_L) R_{L-1}' + E_L
///
/// with orthonormal columns R_l, of which modes are uncoupled as long as the rests E_l take no part: they
/// vanish on all that the modes pass through, and no product of them meets the labels from both sides.
/// Then the flow changes h and w_l only, and the rests decay.
struct LayerAlignment: Sendable {
  /// One mode that may grow: at most one of its factors is zero.
  struct Mode: Sendable {
    /// The singular value of the label operator.
    let singularValue: Double
    /// h, w_1, ..., w_L.
    let sizes: [Double]
  }

  /// The modes; none where nothing can grow.
  let modes: [Mode]
  /// X, R_0, ..., R_{L-1} and U, a mode a column: the features' class side is X, with V = Q'X.
  let sides: [Matrix]
  /// The Frobenius norms of H, W_1, ..., W_L.
  let norms: [Double]

  /// What differs from alignment by less, relative to the factor that it is part of, is rounding.
  static let tolerance = 1e-12

  /// The alignment of a problem's start; nil where it is not aligned.
  ///
  /// Modes of equal singular values are turned into each other until they fit, where those of the label
  /// operator do not.
  ///
  /// - Throws: `NumericsError` when a decomposition fails.
  /// - Complexity: O(p n + L d^2 C) for layers of width d.
  static func of(_ problem: Problem) throws(NumericsError) -> LayerAlignment? {
    let factors = AlignmentFactors(problem)
    let frame = GrowingModes(problem.labels.modes)
    if let alignment = LayerAlignment(factors, frame) { return alignment }
    guard let turned = try frame.turned(towards: factors) else { return nil }
    return LayerAlignment(factors, turned)
  }

  private init?(_ factors: AlignmentFactors, _ frame: GrowingModes) {
    let chains = ModeChains(factors, frame)
    modes = chains.modes.map {
      Mode(singularValue: frame.values[$0.index], sizes: $0.sizes)
    }
    let kept = chains.modes.map(\.index)
    let inner = factors.layers.indices.map { chains.side($0) }
    sides =
      [frame.right.permutingColumns(kept)] + inner + [frame.left.permutingColumns(kept)]
    norms = factors.norms
    guard isOrthonormal, rests(of: factors, frame, kept).allSatisfy({ $0 <= Self.tolerance })
    else { return nil }
  }

  private var isOrthonormal: Bool {
    sides.dropFirst().dropLast().allSatisfy { side in
      let difference = side.transposedTimes(side) - Matrix.identity(side.columns)
      return difference.elements.allSatisfy { abs($0) <= Self.tolerance }
    }
  }

  /// The sizes of factor l, 0 that of the features, of every mode.
  func sizes(of factor: Int) -> [Double] { modes.map { $0.sizes[factor] } }

  /// Everything of the rests that would take part in the flow, each relative to its factors.
  private func rests(
    of factors: AlignmentFactors, _ frame: GrowingModes, _ kept: [Int]
  ) -> [Double] {
    let unit = factors.units
    // E_0 V: the modes' own columns are those that R_0 diag(h) explains.
    let explained = sides[1].scalingColumns(by: sizes(of: 0).map { $0 * unit[0] })
    var below = unit[0] * factors.parts.times(frame.right)
    let isKept = Set(kept)
    for (position, index) in kept.enumerated() {
      for row in 0..<below.rows { below[row, index] -= explained[row, position] }
    }
    let own = below.permutingColumns(kept)
    let others = below.permutingColumns(frame.values.indices.filter { !isKept.contains($0) })
    var found = [own, sides[1].transposedTimes(others)].map(\.elements.norm)
    let rests = factors.layers.enumerated().map { index, layer -> Matrix in
      let sizes = sizes(of: index + 1).map { $0 * unit[index + 1] }
      return unit[index + 1] * layer
        - sides[index + 2].scalingColumns(by: sizes).timesTransposed(sides[index + 1])
    }
    for (index, rest) in rests.enumerated() {
      let up = rest.times(sides[index + 1])
      let isLast = index == rests.count - 1
      found.append((isLast ? frame.left.transposedTimes(up) : up).elements.norm)
      found.append(rest.transposedTimes(sides[index + 2]).elements.norm)
    }
    return found + gradients(of: rests, below, frame)
  }

  /// The gradients that the rests E_0, ..., E_L alone would have.
  private func gradients(
    of rests: [Matrix], _ features: Matrix, _ frame: GrowingModes
  ) -> [Double] {
    let largest = frame.values.max() ?? 1
    // E_l...E_0 V, and E_l'...E_L' U.
    let below = rests.dropLast().reduce(into: [features]) { $0.append($1.times($0[$0.count - 1])) }
    let above = rests.reversed().reduce(into: [frame.left]) {
      $0.append($1.transposedTimes($0[$0.count - 1]))
    }
    let weighted = below.map { $0.scalingColumns(by: frame.values.map { $0 / largest }) }
    let ofLayers = rests.indices.map { index in
      above[rests.count - 1 - index].timesTransposed(weighted[index]).elements.norm
    }
    return ofLayers + [above[rests.count].elements.norm]
  }
}

/// The factors of a start that meet in the modes.
struct AlignmentFactors {
  /// A = H Q' (p x K).
  let parts: Matrix
  /// W_1, ..., W_L.
  let layers: [Matrix]
  /// |H|, |W_1|, ..., |W_L|.
  let norms: [Double]

  init(_ problem: Problem) {
    let features = problem.start.features
    parts = problem.labels.project(features)
    layers = problem.start.layers
    norms = [features.elements.norm] + layers.map(\.elements.norm)
  }

  /// The inverse norms; 0 of factors that are zero.
  var units: [Double] { norms.map { $0 > 0 ? 1 / $0 : 0 } }
}
