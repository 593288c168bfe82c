import DynNumerics

/// The flow of features through a constant neural tangent kernel Theta:
///
///     H' = eta_1 Theta(W M),   W' = eta_2 H M'
///
/// Variables: the rows of H, then the rows of W. An evaluation costs one product with the kernel.
public struct KernelFlow: AffineFlow {
  private let labels: LabelOperator
  private let kernel: any TangentKernel
  private let rows: Int

  /// The flow of a problem of the case ntk_invariant.
  public init(_ problem: Problem, kernel: any TangentKernel) {
    labels = problem.labels
    rows = problem.featureDimension
    self.kernel = kernel
  }

  /// p n.
  public var featureVariableCount: Int { rows * labels.partition.sampleCount }

  /// p (n + C).
  public var dimension: Int { featureVariableCount + rows * labels.partition.classCount }

  /// H and W one after the other.
  public func vector(of state: State) -> [Double] {
    state.features.elements + state.prototypes.elements
  }

  /// The blocks of the vector.
  public func state(of vector: [Double]) -> State {
    State(
      features: Matrix(
        rows: rows, columns: labels.partition.sampleCount,
        elements: Array(vector[..<featureVariableCount])),
      prototypes: Matrix(
        rows: rows, columns: labels.partition.classCount,
        elements: Array(vector[featureVariableCount...])))
  }

  /// The right-hand side.
  public func derivative(
    of vector: Span<Double>, rates: RatePair, into derivative: inout MutableSpan<Double>
  ) {
    let state = state(of: vector.indices.map { vector[$0] })
    let featureDerivative = kernel.applied(to: labels.repeated(labels.pull(state.prototypes)))
    let prototypeDerivative = labels.push(classSums: labels.classSums(state.features))
    for (index, value) in featureDerivative.elements.enumerated() {
      derivative[index] = rates.features * value
    }
    for (index, value) in prototypeDerivative.elements.enumerated() {
      derivative[featureVariableCount + index] = rates.prototypes * value
    }
  }
}
