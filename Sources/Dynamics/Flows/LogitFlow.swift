import DynNumerics

/// The gradient flow of features, prototypes and bias for any loss of the logits:
///
///     H' = -eta_1 (W G + lambda_1 H),  W' = -eta_2 (H G' + lambda_2 W),  b' = -eta_2 (G 1 + lambda_b b)
///
/// with G (C x n) the loss's gradient by the logits, weighted by omega_y/n. Variables: the rows of
/// H, then those of W, then b. An evaluation costs three products of O(p n C).
public struct LogitFlow: Flow {
  private let loss: any Loss
  private let weights: [Double]
  private let labels: [Int]
  private let layout: LayerPeeledFlow
  private let system: LogitSystem

  /// The flow of a problem of the cases unconstrained and regularized.
  public init(_ problem: Problem, threads: Int = 1) {
    loss = problem.loss
    weights = problem.labels.sampleWeights
    labels = problem.labels.partition.sortedLabels
    layout = LayerPeeledFlow(problem)
    let decay = problem.decay
    system = LogitSystem(
      dimension: problem.featureDimension, sampleCount: problem.sampleCount,
      classCount: problem.classCount, hasBias: problem.start.bias != nil,
      decay: (decay.features, decay.prototypes, decay.bias), threads: threads)
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
    system.slope(
      of: vector, rates.features, rates.prototypes, gradient: { writeGradient(&$0, $1) },
      into: &derivative)
  }

  /// Does nothing: see `hasJacobian`.
  public func jacobian(
    of vector: Span<Double>, rates: RatePair, into matrix: inout MutableSpan<Double>
  ) {}

  /// Replaces logits by the gradient, a row a sample.
  private func writeGradient(_ logits: inout [Double], _ samples: Range<Int>) {
    let classes = system.classCount
    var row = [Double](repeating: 0, count: classes)
    for (position, sample) in samples.enumerated() {
      let (start, label) = (position * classes, labels[sample])
      var target = row.mutableSpan
      loss.gradient(
        logits: logits.span.extracting(start..<start + classes), label: label, into: &target)
      for index in 0..<classes { logits[start + index] = weights[label] * row[index] }
    }
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
