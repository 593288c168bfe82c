import DynNumerics

/// The gradient flow of features under fixed prototypes, for any loss and entry:
///
///     h_i' = -eta_1 ((omega_y/n) J'W g_i + lambda_1 h_i)
///
/// with g_i the loss's gradient by the logits W' phi(h_i) and J the derivative of phi. Samples are
/// uncoupled. Variables: the samples one after the other. O(p C) a sample and evaluation.
public struct SampleFlow: SampleSeparableFlow {
  private let problem: Problem
  private let labels: [Int]
  /// omega_c/n.
  private let weights: [Double]
  private let rows: Int

  /// The flow of a problem whose features are variables and whose prototypes stay.
  public init(_ problem: Problem) {
    self.problem = problem
    labels = problem.labels.partition.sortedLabels
    weights = problem.labels.sampleWeights
    rows = problem.featureDimension
  }

  /// p n.
  public var dimension: Int { rows * labels.count }
  /// All of them.
  public var featureVariableCount: Int { dimension }
  /// The columns of H.
  public func vector(of state: State) -> [Double] { state.features.transposed.elements }

  /// H from its columns, with the fixed prototypes.
  public func state(of vector: [Double]) -> State {
    State(
      features: Matrix(rows: labels.count, columns: rows, elements: vector).transposed,
      prototypes: problem.start.prototypes, bias: problem.start.bias)
  }

  /// The samples.
  public var blocks: BlockLayout {
    BlockLayout(kind: .sample, count: labels.count, dimension: rows, biasDimension: 0)
  }

  /// The right-hand side of one sample. O(p C).
  public func derivative(
    ofBlock sample: Int, of feature: Span<Double>, rates: RatePair,
    into derivative: inout MutableSpan<Double>
  ) {
    let entry = problem.model.entry
    var entered = feature.indices.map { feature[$0] }
    let norm = entry.enter(&entered)
    var gradient = lossGradient(sample, entered)
    entry.pullBack(&gradient, entered: entered, norm: norm)
    let rate = rates.features * (entry.rescalesLearningRate ? norm : 1)
    let decay = rates.features * problem.decay.features
    for index in gradient.indices {
      derivative[index] = -rate * gradient[index] - decay * feature[index]
    }
  }

  /// The gradient of one sample's weighted loss by phi(h).
  private func lossGradient(_ sample: Int, _ entered: [Double]) -> [Double] {
    let prototypes = problem.start.prototypes
    let entries = prototypes.elements.span
    let label = labels[sample]
    var logits = problem.start.bias ?? [Double](repeating: 0, count: prototypes.columns)
    for (row, value) in entered.enumerated() {
      let start = row * prototypes.columns
      for index in logits.indices { logits[index] += value * entries[start + index] }
    }
    var slope = [Double](repeating: 0, count: logits.count)
    var target = slope.mutableSpan
    problem.loss.gradient(logits: logits.span, label: label, into: &target)
    let weight = weights[label]
    return entered.indices.map { row in
      let start = row * prototypes.columns
      var sum = 0.0
      for index in logits.indices { sum += slope[index] * entries[start + index] }
      return weight * sum
    }
  }

  /// Minus the Hessian of one sample, times its rate; with the rescaled learning rate r = |h| that of
  /// r times the gradient.
  public func jacobian(
    ofBlock sample: Int, of feature: Span<Double>, rates: RatePair,
    into matrix: inout MutableSpan<Double>
  ) {
    let pass = pass(sample, feature)
    let byEntered = pass.prototypes.enteredGradient(pass.logitGradient)
    let losses = pass.losses.curvatureMatrix(pass.logits, sample: 0)
    let hessian = pass.entry.curvatures(pass.prototypes.prototypes, byEntered)(0, losses).matrix
    let factor = pass.entry.rateFactors?[0]
    let gradient = pass.entry.gradient(byEntered).elements
    for row in 0..<rows {
      for column in 0..<rows {
        var entry = (factor ?? 1) * hessian[row, column]
        if let factor { entry += gradient[row] * (feature[column] / factor) }
        if row == column { entry += problem.decay.features }
        matrix[row * rows + column] = -rates.features * entry
      }
    }
  }

  private func pass(_ sample: Int, _ feature: Span<Double>) -> ModelPass {
    let column = Matrix(rows: rows, columns: 1, elements: feature.indices.map { feature[$0] })
    let label = labels[sample]
    let state = State(
      features: column, prototypes: problem.start.prototypes, bias: problem.start.bias)
    return ModelPass(
      features: FreePass(column), problem.model, state,
      WeightedLosses(
        loss: problem.loss, labels: [label], weights: [weights[label]]))
  }
}
