import DynNumerics

/// The gradient flow of features, prototypes and bias for any loss of the logits:
///
///     H' = -eta_1 (W G + lambda_1 H),  W' = -eta_2 (H G' + lambda_2 W),  b' = -eta_2 (G 1 + lambda_b b)
///
/// with G (C x n) the loss's gradient by the logits, weighted by omega_y/n. Variables: the rows of
/// H, then those of W, then b. An evaluation costs three products of O(p n C).
public struct LogitFlow: Flow {
  private let losses: WeightedLosses
  private let layout: StateLayout
  private let system: LogitSystem

  /// The flow of a problem with free features and one matrix of prototypes that move.
  public init(_ problem: Problem, threads: Int = 1) {
    losses = WeightedLosses(.whole(problem), problem)
    layout = StateLayout(problem)
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

  /// Replaces logits by the gradient, one row per sample.
  private func writeGradient(_ logits: inout [Double], _ samples: Range<Int>) {
    let classes = system.classCount
    var row = [Double](repeating: 0, count: classes)
    for (position, sample) in samples.enumerated() {
      let start = position * classes
      var target = row.mutableSpan
      losses.writeGradient(
        of: sample, logits: logits.span.extracting(start..<start + classes), into: &target)
      for index in 0..<classes { logits[start + index] = row[index] }
    }
  }
}

extension Problem {
  /// The logits W' phi(h) + b of all samples (n x C). O(p n C).
  func logits(_ state: State) -> Matrix {
    let logits = model.entry.entered(state.features).transposedTimes(state.prototypes)
    return state.bias.map { logits.addingToRows($0) } ?? logits
  }

  /// The mean of omega_y times the loss over all samples. O(p n C).
  func meanLoss(_ state: State) -> Double {
    WeightedLosses(.whole(self), self).value(logits(state))
  }
}
