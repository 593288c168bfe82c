import DynNumerics

/// The flow of features, prototypes and bias (<doc:UnconstrainedFlow>, <doc:RegularisedFlow>):
///
///     H' = eta_1 (W M  - lambda_1 H)
///     W' = eta_2 (H M' - lambda_2 W)
///     b' = eta_2 (c - lambda_b b)
///
/// Variables: the rows of H, then the rows of W, then b. One evaluation costs O(p (n + C)): M is
/// never formed, the class sums of a row of H are gathered while its derivative is written.
public struct LayerPeeledFlow: AffineFlow {
  private let problem: Problem
  private let rows: Int
  private let samples: Int
  private let classes: Int
  private let offsets: [Int]
  private let weights: [Double]
  private let biasDrive: [Double]

  /// The flow of a problem of the cases unconstrained and regularized.
  public init(_ problem: Problem) {
    self.problem = problem
    rows = problem.featureDimension
    samples = problem.sampleCount
    classes = problem.classCount
    offsets = problem.labels.partition.offsets
    weights = problem.labels.sampleWeights
    biasDrive = problem.initialState.bias == nil ? [] : problem.labels.biasDrive
  }

  /// p (n + C), and C more with a bias.
  public var dimension: Int { rows * (samples + classes) + biasDrive.count }

  /// p n.
  public var featureVariableCount: Int { rows * samples }

  /// H, W and b one after the other.
  public func vector(of state: State) -> [Double] {
    state.features.elements + state.prototypes.elements + (state.bias ?? [])
  }

  /// The blocks of the vector.
  public func state(of vector: [Double]) -> State {
    let (features, prototypes) = (rows * samples, rows * classes)
    return State(
      features: Matrix(rows: rows, columns: samples, elements: Array(vector[..<features])),
      prototypes: Matrix(
        rows: rows, columns: classes,
        elements: Array(vector[features..<features + prototypes])),
      bias: biasDrive.isEmpty ? nil : Array(vector[(features + prototypes)...]))
  }

  /// The right-hand side.
  public func derivative(
    of vector: Span<Double>, rates: RatePair, into derivative: inout MutableSpan<Double>
  ) {
    for row in 0..<rows { differentiateRow(row, vector, rates, &derivative) }
    let start = rows * (samples + classes)
    for label in biasDrive.indices {
      derivative[start + label] =
        rates.prototypes * (biasDrive[label] - problem.decay.bias * vector[start + label])
    }
  }

  /// One coordinate of all samples and prototypes: it does not meet the other coordinates.
  private func differentiateRow(
    _ row: Int, _ vector: Span<Double>, _ rates: RatePair,
    _ derivative: inout MutableSpan<Double>
  ) {
    let gamma = problem.labels.gamma
    let features = row * samples
    let prototypes = rows * samples + row * classes
    var prototypeSum = 0.0
    for label in 0..<classes { prototypeSum += vector[prototypes + label] }
    var pushSum = 0.0
    for label in 0..<classes {
      let mixed = (1 + gamma) * vector[prototypes + label] - gamma * prototypeSum
      let pull = rates.features * weights[label] * mixed
      let decay = rates.features * problem.decay.features
      var classSum = 0.0
      for index in features + offsets[label]..<features + offsets[label + 1] {
        let feature = vector[index]
        classSum += feature
        derivative[index] = pull - decay * feature
      }
      let push = weights[label] * classSum
      derivative[prototypes + label] = push
      pushSum += push
    }
    for index in prototypes..<prototypes + classes {
      let push = (1 + gamma) * derivative[index] - gamma * pushSum
      derivative[index] = rates.prototypes * (push - problem.decay.prototypes * vector[index])
    }
  }
}
