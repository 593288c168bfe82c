public import DynNumerics

/// The objective of the layer-peeled model by H, W and b, for any loss:
///
///     L = sum_i weight_i l(W'h_i + b, y_i) + lambda_1/2 |H|^2 + lambda_2/2 |W|^2 + lambda_b/2 |b|^2
///
/// Variables: the rows of H, then those of W, then b. A gradient costs three products of O(p n C).
public struct LayerPeeledLandscape: Landscape {
  private let problem: Problem

  /// The landscape of a problem of the cases unconstrained and regularized.
  public init(_ problem: Problem) { self.problem = problem }

  private var classes: Int { problem.classCount }
  private var rows: Int { problem.featureDimension }
  private var hasBias: Bool { problem.start.bias != nil }

  /// p (n + C), and C more with a bias.
  public var dimension: Int {
    rows * (problem.sampleCount + classes) + (hasBias ? classes : 0)
  }
  /// p n.
  public var featureVariableCount: Int { rows * problem.sampleCount }

  /// H, W and b one after the other.
  public func variables(of state: State) -> [Double] {
    state.features.elements + state.prototypes.elements + (state.bias ?? [])
  }

  /// The blocks of the variables.
  public func state(of variables: [Double]) -> State {
    let (features, prototypes) = (featureVariableCount, rows * classes)
    return State(
      features: Matrix(
        rows: rows, columns: problem.sampleCount, elements: Array(variables[..<features])),
      prototypes: Matrix(
        rows: rows, columns: classes,
        elements: Array(variables[features..<features + prototypes])),
      bias: hasBias ? Array(variables[(features + prototypes)...]) : nil)
  }

  /// O(p m C) for m samples.
  public func value(at variables: [Double], of batch: Batch) -> Double {
    let state = state(of: variables)
    let losses = WeightedLosses(batch, problem)
    let value = losses.value(logits(state, features(state, batch)))
    return batch.includesDecay ? value + problem.decay.penalty(state) : value
  }

  /// O(p (m C + n)) for m samples.
  public func gradient(at variables: [Double], of batch: Batch) -> [Double] {
    let state = state(of: variables)
    let features = features(state, batch)
    let byLogits = WeightedLosses(batch, problem).gradient(logits(state, features))
    let decay = batch.includesDecay ? problem.decay : .none
    var gradient = [Double](repeating: 0, count: dimension)
    let byFeatures = state.prototypes.timesTransposed(byLogits)
    for row in 0..<rows {
      let start = row * problem.sampleCount
      for (column, sample) in batch.samples.enumerated() {
        gradient[start + sample] += byFeatures[row, column]
      }
    }
    let byPrototypes = features.times(byLogits).elements
    gradient.replaceSubrange(
      featureVariableCount..<featureVariableCount + byPrototypes.count, with: byPrototypes)
    if hasBias {
      gradient.replaceSubrange((dimension - classes)..., with: byLogits.columnSums)
    }
    for index in gradient.indices {
      gradient[index] += factor(ofVariable: index, decay) * variables[index]
    }
    return gradient
  }

  /// O(p m C) for m samples.
  public func logitGradient(at variables: [Double], of batch: Batch) -> Matrix {
    let state = state(of: variables)
    return WeightedLosses(batch, problem).gradient(logits(state, features(state, batch)))
  }

  /// By all variables.
  public func hessian(at variables: [Double]) -> any HessianOperator {
    LayerPeeledHessian(
      state(of: variables), losses: WeightedLosses(.whole(problem), problem),
      decay: problem.decay)
  }

  /// By W and the class's own columns of H.
  public func hessian(at variables: [Double], ofClass label: Int) -> any HessianOperator {
    let batch = classBatch(label)
    let state = state(of: variables)
    return LayerPeeledHessian(
      State(features: features(state, batch), prototypes: state.prototypes),
      offsets: state.bias, losses: WeightedLosses(batch, problem), decay: .none)
  }

  /// All samples of the class.
  public func classBatch(_ label: Int) -> Batch { .ofClass(label, problem.labels.partition) }

  private func factor(ofVariable index: Int, _ decay: WeightDecay) -> Double {
    if index < featureVariableCount { return decay.features }
    return index < featureVariableCount + rows * classes ? decay.prototypes : decay.bias
  }

  private func features(_ state: State, _ batch: Batch) -> Matrix {
    batch.samples.count == problem.sampleCount
      && batch.samples.elementsEqual(0..<problem.sampleCount)
      ? state.features : state.features.permutingColumns(batch.samples)
  }

  private func logits(_ state: State, _ features: Matrix) -> Matrix {
    State(features: features, prototypes: state.prototypes, bias: state.bias).logits
  }
}
