import DynNumerics

/// The flow of features through a constant neural tangent kernel Theta, for any loss:
///
///     H' = -eta_1 Theta(W G'),   W' = -eta_2 H G
///
/// with G (n x C) the loss's gradient by the logits, weighted by omega_y/n; for the unhinged loss
/// W G' = -W M. Variables: the rows of H, then the rows of W. An evaluation costs one product with
/// the kernel, and O(p n C) for losses that are not linear.
public struct KernelFlow: Flow {
  private let problem: Problem
  private let layout: StateLayout
  private let losses: WeightedLosses?

  /// The flow of a problem of the case ntk_invariant.
  public init(_ problem: Problem) {
    self.problem = problem
    layout = StateLayout(problem)
    losses = !problem.loss.isLinear ? WeightedLosses(.whole(problem), problem) : nil
  }

  /// p n.
  public var featureVariableCount: Int { layout.featureVariableCount }
  /// p (n + C).
  public var dimension: Int { layout.dimension }
  /// The matrix is formed where it does not change.
  public var hasJacobian: Bool { losses == nil }
  /// H and W one after the other.
  public func vector(of state: State) -> [Double] { layout.vector(of: state) }
  /// The blocks of the vector.
  public func state(of vector: [Double]) -> State { layout.state(of: vector) }

  /// The right-hand side.
  public func derivative(
    of vector: Span<Double>, rates: RatePair, into derivative: inout MutableSpan<Double>
  ) {
    let pulls = pulls(state(of: vector.indices.map { vector[$0] }))
    for (index, value) in problem.kernel.applied(to: pulls.features).elements.enumerated() {
      derivative[index] = rates.features * value
    }
    for (index, value) in pulls.prototypes.elements.enumerated() {
      derivative[featureVariableCount + index] = rates.prototypes * value
    }
  }

  /// Minus the gradients by H and W.
  private func pulls(_ state: State) -> (features: Matrix, prototypes: Matrix) {
    guard let losses else {
      let labels = problem.labels
      return (
        labels.repeated(labels.pull(state.prototypes)),
        labels.push(classSums: labels.classSums(state.features))
      )
    }
    let slope = -1 * losses.gradient(state.features.transposedTimes(state.prototypes))
    return (state.prototypes.timesTransposed(slope), state.features.times(slope))
  }

  /// The exact matrix where the flow is linear.
  public func jacobian(
    of vector: Span<Double>, rates: RatePair, into matrix: inout MutableSpan<Double>
  ) {
    guard losses == nil else { return }
    affineJacobian(rates: rates, into: &matrix)
  }
}
