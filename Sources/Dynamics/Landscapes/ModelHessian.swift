import DynNumerics

/// The Hessian of weighted losses of a model at a state, part by part: along a direction the features
/// change, with them phi(h), the logits Z and the gradient by them, dG = S dZ sample by sample; then
/// the gradients of all parts change on the way back.
///
/// A product costs a few times what a gradient does.
struct ModelHessian: HessianOperator {
  private let pass: ModelPass
  private let movesBias: Bool
  private let decays: [(end: Int, value: Double)]
  /// The gradients by the logits, by phi(h) and by the features.
  private let byLogits: Matrix
  private let byEntered: Matrix
  private let byFeatures: Matrix
  private let entryChanges: @Sendable (Matrix, Matrix) -> Matrix
  private let featureChanges: @Sendable (Matrix, ArraySlice<Double>) -> [Double]

  init(_ pass: ModelPass, movesBias: Bool, decays: [(end: Int, value: Double)]) {
    self.pass = pass
    self.movesBias = movesBias
    self.decays = decays
    byLogits = pass.logitGradient
    byEntered = pass.prototypes.enteredGradient(byLogits)
    byFeatures = pass.entry.gradient(byEntered)
    entryChanges = pass.entry.gradientChanges(byEntered)
    featureChanges = pass.features.gradientChanges(byFeatures)
  }

  private var featureCount: Int { pass.features.variableCount }
  private var prototypeCount: Int { pass.prototypes.variableCount }

  var dimension: Int { featureCount + prototypeCount + (movesBias ? pass.logits.columns : 0) }

  func image(of vector: [Double]) -> [Double] {
    let alongFeatures = vector[..<featureCount]
    let alongPrototypes = vector[featureCount..<featureCount + prototypeCount]
    let features = pass.features.change(along: alongFeatures)
    let entered = pass.entry.change(along: features)
    var change = pass.prototypes.change(along: alongPrototypes, entered: entered)
    if movesBias {
      change = change.addingToRows(Array(vector[(featureCount + prototypeCount)...]))
    }
    let curved = pass.losses.curvature(pass.logits, along: change)
    let back = pass.prototypes.gradientChanges(
      byLogits, changing: curved, along: alongPrototypes, entered: entered)
    var image =
      featureChanges(entryChanges(back.entered, features), alongFeatures) + back.gradient
    if movesBias { image += curved.columnSums }
    image.add(decays, times: vector)
    return image
  }

  /// Sample by sample, and the decay. O(n C^2), with normalised features O(n p C^2), and the network's.
  var trace: Double {
    let curvatures = pass.entry.curvatures(pass.prototypes.prototypes, byEntered)
    let traces = pass.features.traces(byFeatures)
    let terms = pass.losses.labels.indices.map { sample in
      let losses = pass.losses.curvatureMatrix(pass.logits, sample: sample)
      return traces(sample, curvatures(sample, losses))
        + pass.prototypes.trace(losses, sample: sample, hasBias: movesBias)
    }
    var start = 0
    return decays.reduce(terms.sum) { sum, block in
      defer { start = block.end }
      return sum + block.value * Double(block.end - start)
    }
  }

  /// Where features are variables, one feature a class stands for all: see ``CollapsedSpectrum``.
  func collapsed() throws(NumericsError) -> CollapsedSpectrum? {
    guard pass.features.areVariables, let groups = equalRuns,
      groups.contains(where: { $0.count > 1 })
    else { return nil }
    let merged = WeightedLosses(
      loss: pass.losses.loss, labels: groups.map { pass.losses.labels[$0.lowerBound] },
      weights: groups.map { Array(pass.losses.weights[$0]).sum })
    let single = ModelPass(
      features: FreePass(pass.features.features.permutingColumns(groups.map(\.lowerBound))),
      pass.model, pass.state, merged)
    let curvatures = single.entry.curvatures(
      single.prototypes.prototypes, single.prototypes.enteredGradient(single.logitGradient))
    return try CollapsedSpectrum(
      ModelHessian(single, movesBias: movesBias, decays: []), sizes: groups.map(\.count),
      blocks: groups.indices.map {
        curvatures($0, merged.curvatureMatrix(single.logits, sample: $0)).matrix
      }, decays: decays)
  }

  /// The runs of columns of one class, where all columns of a run are equal up to rounding and
  /// have one weight; nil where some are not.
  private var equalRuns: [Range<Int>]? {
    let columns = pass.features.features.transposed
    let losses = pass.losses
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

extension Matrix {
  /// The sum of the diagonal.
  var trace: Double { (0..<Swift.min(rows, columns)).map { self[$0, $0] }.sum }
}
