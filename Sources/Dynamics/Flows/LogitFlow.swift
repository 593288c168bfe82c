import DynNumerics

/// The gradient flow of features, prototypes and bias for any loss of the logits:
///
///     H' = -eta_1 (W G + lambda_1 H),  W' = -eta_2 (H G' + lambda_2 W),  b' = -eta_2 (G 1 + lambda_b b)
///
/// with G (C x n) the loss's gradient by the logits, weighted by omega_y/n. Variables: the rows of
/// H, then those of W, then b. An evaluation costs three products of O(p n C).
public struct LogitFlow: Flow {
  private let problem: Problem
  private let labels: [Int]
  private let layout: LayerPeeledFlow

  /// The flow of a problem of the cases unconstrained and regularized.
  public init(_ problem: Problem) {
    self.problem = problem
    labels = problem.labels.partition.sortedLabels
    layout = LayerPeeledFlow(problem)
  }

  /// p (n + C), and C more with a bias.
  public var dimension: Int { layout.dimension }
  /// p n.
  public var featureVariableCount: Int { layout.featureVariableCount }
  /// The matrix is not formed: implicit methods are refused.
  public var hasJacobian: Bool { false }
  /// H, W and b one after the other.
  public func vector(of state: State) -> [Double] { layout.vector(of: state) }
  /// The blocks of the vector.
  public func state(of vector: [Double]) -> State { layout.state(of: vector) }

  /// The right-hand side.
  public func derivative(
    of vector: Span<Double>, rates: RatePair, into derivative: inout MutableSpan<Double>
  ) {
    let state = state(of: vector.indices.map { vector[$0] })
    let gradient = logitGradient(state)
    let decay = problem.decay
    let features = state.prototypes.timesTransposed(gradient)
    let prototypes = state.features.times(gradient)
    for (index, value) in features.elements.enumerated() {
      derivative[index] = -rates.features * (value + decay.features * vector[index])
    }
    let start = features.elements.count
    for (index, value) in prototypes.elements.enumerated() {
      derivative[start + index] =
        -rates.prototypes * (value + decay.prototypes * vector[start + index])
    }
    guard let bias = state.bias else { return }
    let end = start + prototypes.elements.count
    for label in bias.indices {
      derivative[end + label] =
        -rates.prototypes * (gradient.column(label).sum + decay.bias * bias[label])
    }
  }

  /// Does nothing: see `hasJacobian`.
  public func jacobian(
    of vector: Span<Double>, rates: RatePair, into matrix: inout MutableSpan<Double>
  ) {}

  /// G' (n x C): a row a sample.
  private func logitGradient(_ state: State) -> Matrix {
    let logits = state.logits
    var gradient = logits
    let weights = problem.labels.sampleWeights
    var row = [Double](repeating: 0, count: logits.columns)
    for (sample, label) in labels.enumerated() {
      let range = logits.range(ofRow: sample)
      var target = row.mutableSpan
      problem.loss.gradient(
        logits: logits.elements.span.extracting(range), label: label, into: &target)
      for (index, value) in zip(range, row) { gradient.elements[index] = weights[label] * value }
    }
    return gradient
  }
}

extension State {
  /// The logits H'W + 1 b' (n x C): a row a sample. O(p n C).
  var logits: Matrix {
    var logits = features.transposedTimes(prototypes)
    guard let bias else { return logits }
    for row in 0..<logits.rows {
      for column in 0..<logits.columns { logits[row, column] += bias[column] }
    }
    return logits
  }
}

extension Problem {
  /// The mean of omega_y times the loss over all samples. O(p n C).
  func meanLoss(_ state: State) -> Double {
    let logits = state.logits
    let weights = labels.sampleWeights
    return labels.partition.sortedLabels.enumerated().map { sample, label in
      let row = logits.elements.span.extracting(logits.range(ofRow: sample))
      return weights[label] * loss.value(logits: row, label: label)
    }.sum
  }
}
