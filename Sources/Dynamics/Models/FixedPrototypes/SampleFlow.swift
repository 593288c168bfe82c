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
  private let rows: Int

  /// The flow of a problem whose features are variables and whose prototypes stay.
  public init(_ problem: Problem) {
    self.problem = problem
    labels = problem.labels.partition.sortedLabels
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

  /// The right-hand side of one sample.
  public func derivative(
    ofBlock sample: Int, of feature: Span<Double>, rates: RatePair,
    into derivative: inout MutableSpan<Double>
  ) {
    let pass = pass(sample, feature)
    let rate = rates.features * (pass.entry.rateFactors?[0] ?? 1)
    let gradient = pass.entry.gradient(pass.byEntered).elements
    for index in gradient.indices {
      derivative[index] =
        -rate * gradient[index] - rates.features * problem.decay.features * feature[index]
    }
  }

  /// Minus the Hessian of one sample, times its rate; with the rescaled learning rate r = |h| that of
  /// r times the gradient.
  public func jacobian(
    ofBlock sample: Int, of feature: Span<Double>, rates: RatePair,
    into matrix: inout MutableSpan<Double>
  ) {
    let pass = pass(sample, feature)
    let byEntered = pass.byEntered
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
        loss: problem.loss, labels: [label], weights: [problem.labels.sampleWeights[label]]))
  }
}
