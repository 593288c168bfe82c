import DynNumerics

/// The Hessian of weighted losses of the layer-peeled model at a state. For a direction (U, V, c):
///
///     dZ = U'W + H'V + 1 c',   dG = S dZ sample by sample
///     (W dG' + V G' + lambda_1 U,  H dG + U G + lambda_2 V,  dG'1 + lambda_b c)
///
/// with G (n x C) the gradient by the logits and S the Hessian by them. O(p n C) a product.
struct LayerPeeledHessian: HessianOperator {
  private let state: State
  private let offsets: [Double]?
  private let losses: WeightedLosses
  private let decay: WeightDecay
  private let logits: Matrix
  private let gradient: Matrix

  /// The Hessian by the blocks of `state`; `offsets` are a bias that is not among them.
  init(_ state: State, offsets: [Double]? = nil, losses: WeightedLosses, decay: WeightDecay) {
    self.state = state
    self.offsets = offsets
    self.losses = losses
    self.decay = decay
    let logits = offsets.map { state.logits.addingToRows($0) } ?? state.logits
    self.logits = logits
    gradient = losses.gradient(logits)
  }

  private var rows: Int { state.features.rows }
  private var featureCount: Int { state.features.elements.count }
  private var prototypeCount: Int { state.prototypes.elements.count }

  var dimension: Int { featureCount + prototypeCount + (state.bias?.count ?? 0) }

  func image(of vector: [Double]) -> [Double] {
    let features = Matrix(
      rows: rows, columns: state.features.columns, elements: Array(vector[..<featureCount]))
    let prototypes = Matrix(
      rows: rows, columns: state.prototypes.columns,
      elements: Array(vector[featureCount..<featureCount + prototypeCount]))
    let bias = state.bias == nil ? nil : Array(vector[(featureCount + prototypeCount)...])
    var change =
      features.transposedTimes(state.prototypes) + state.features.transposedTimes(prototypes)
    if let bias { change = change.addingToRows(bias) }
    let curved = losses.curvature(logits, along: change)
    let byFeatures =
      state.prototypes.timesTransposed(curved) + prototypes.timesTransposed(gradient)
    let byPrototypes = state.features.times(curved) + features.times(gradient)
    let byBias = bias.map { zip(curved.columnSums, $0).map { $0 + decay.bias * $1 } }
    return (byFeatures + decay.features * features).elements
      + (byPrototypes + decay.prototypes * prototypes).elements + (byBias ?? [])
  }

  /// sum_i <S_i, W'W> + tr(S_i) (|h_i|^2 + 1 with a bias), and the decay. O(n C^2 + p C^2).
  var trace: Double {
    let gram = state.prototypes.transposedTimes(state.prototypes)
    let terms = losses.labels.indices.map { sample in
      let curvature = losses.curvatureMatrix(logits, sample: sample)
      let norm = state.features.column(sample).sumOfSquares + (state.bias == nil ? 0 : 1)
      return curvature.elements.dot(gram.elements) + curvature.trace * norm
    }
    return terms.sum + decay.features * Double(featureCount)
      + decay.prototypes * Double(prototypeCount) + decay.bias * Double(state.bias?.count ?? 0)
  }

  /// One feature a class stands for all: see ``CollapsedSpectrum``.
  func collapsed() throws(NumericsError) -> CollapsedSpectrum? {
    guard let groups = equalRuns, groups.contains(where: { $0.count > 1 }) else { return nil }
    let merged = WeightedLosses(
      loss: losses.loss, labels: groups.map { losses.labels[$0.lowerBound] },
      weights: groups.map { Array(losses.weights[$0]).sum })
    let single = State(
      features: state.features.permutingColumns(groups.map(\.lowerBound)),
      prototypes: state.prototypes, bias: state.bias)
    let reduced = LayerPeeledHessian(single, offsets: offsets, losses: merged, decay: .none)
    return try CollapsedSpectrum(
      reduced, sizes: groups.map(\.count), prototypes: state.prototypes,
      curvatures: groups.indices.map { merged.curvatureMatrix(reduced.logits, sample: $0) },
      decay: decay)
  }

  /// The runs of columns of one class, where all columns of a run are equal up to rounding and
  /// have one weight; nil where some are not.
  private var equalRuns: [Range<Int>]? {
    let columns = state.features.transposed
    var runs: [Range<Int>] = []
    for sample in losses.labels.indices {
      guard let last = runs.last, losses.labels[last.lowerBound] == losses.labels[sample] else {
        runs.append(sample..<sample + 1)
        continue
      }
      let first = last.lowerBound
      let (own, other) = (columns.range(ofRow: sample), columns.range(ofRow: first))
      let distance = zip(columns.elements[own], columns.elements[other]).map { $0 - $1 }.norm
      guard distance <= 1e-13 * Array(columns.elements[other]).norm,
        losses.weights[sample] == losses.weights[first]
      else { return nil }
      runs[runs.count - 1] = first..<sample + 1
    }
    return runs
  }
}

extension WeightedLosses {
  init(loss: any Loss, labels: [Int], weights: [Double]) {
    self.loss = loss
    self.labels = labels
    self.weights = weights
  }
}

extension Matrix {
  /// The sum of the diagonal.
  var trace: Double { (0..<Swift.min(rows, columns)).map { self[$0, $0] }.sum }
}
