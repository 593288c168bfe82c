import DynNumerics

/// The flow of the features with fixed prototypes: H' = eta_1 (W M - lambda_1 H).
///
/// Variables: the rows of H. One evaluation costs O(p n).
public struct AnchoredFlow: AffineFlow {
  private let prototypes: Matrix
  private let target: Matrix
  private let decay: Double
  private let offsets: [Int]
  private let samples: Int

  /// The flow of a problem of the case anchored.
  public init(_ problem: Problem) {
    prototypes = problem.initialState.prototypes
    target = problem.labels.pull(prototypes)
    decay = problem.decay.features
    offsets = problem.labels.partition.offsets
    samples = problem.sampleCount
  }

  /// p n.
  public var dimension: Int { target.rows * samples }

  /// All of them.
  public var featureVariableCount: Int { dimension }

  /// The rows of H.
  public func vector(of state: State) -> [Double] { state.features.elements }

  /// H from its rows, with the fixed prototypes.
  public func state(of vector: [Double]) -> State {
    State(
      features: Matrix(rows: target.rows, columns: samples, elements: vector),
      prototypes: prototypes)
  }

  /// The right-hand side.
  public func derivative(
    of vector: Span<Double>, rates: RatePair, into derivative: inout MutableSpan<Double>
  ) {
    for row in 0..<target.rows {
      for label in 0..<target.columns {
        let pull = target[row, label]
        for index in row * samples + offsets[label]..<row * samples + offsets[label + 1] {
          derivative[index] = rates.features * (pull - decay * vector[index])
        }
      }
    }
  }
}
