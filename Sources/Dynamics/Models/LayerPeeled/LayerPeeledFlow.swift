public import DynNumerics

/// The flow of features, prototypes and bias (<doc:UnconstrainedFlow>, <doc:RegularisedFlow>):
///
///     H' = eta_1 (W M  - lambda_1 H)
///     W' = eta_2 (H M' - lambda_2 W)
///     b' = eta_2 (c - lambda_b b)
///
/// Variables: the rows of H, then the rows of W, then b. One evaluation costs O(p (n + C)): M is
/// never formed, and O(p (n + C K)) where classes are mixed in any way. In the case anchored W is part of the state but stays.
public struct LayerPeeledFlow: SeparableFlow, AffineFlow {
  private let layout: StateLayout
  private let rows: Int
  private let samples: Int
  private let classes: Int
  private let biasDecay: Double
  private let biasDrive: [Double]
  private let coupling: RowCoupling

  /// The flow of a problem of the cases unconstrained, regularized and anchored.
  public init(_ problem: Problem) {
    layout = StateLayout(problem, includesFixedPrototypes: true)
    rows = problem.featureDimension
    samples = problem.sampleCount
    classes = problem.classCount
    biasDecay = problem.decay.bias
    biasDrive = problem.start.bias == nil ? [] : problem.labels.biasDrive
    coupling = RowCoupling(problem)
  }

  /// p (n + C), and C more with a bias.
  public var dimension: Int { layout.dimension }

  /// p n.
  public var featureVariableCount: Int { layout.featureVariableCount }

  /// The rows of (H, W), and the bias.
  public var blocks: BlockLayout {
    BlockLayout(
      kind: .row, count: rows, dimension: samples + classes, biasDimension: biasDrive.count)
  }

  /// That of the rows, where all classes are mixed alike.
  public var rowSystem: RowSystem? {
    if case .even(let system) = coupling { system } else { nil }
  }

  /// H, W and b one after the other.
  public func vector(of state: State) -> [Double] { layout.vector(of: state) }

  /// The blocks of the vector.
  public func state(of vector: [Double]) -> State { layout.state(of: vector) }

  /// The right-hand side of one row, or of the bias.
  public func derivative(
    ofBlock block: Int, of variables: Span<Double>, rates: RatePair,
    into derivative: inout MutableSpan<Double>
  ) {
    guard block == rows else {
      return coupling.slope(of: variables, rates, into: &derivative)
    }
    for label in biasDrive.indices {
      derivative[label] = rates.prototypes * (biasDrive[label] - biasDecay * variables[label])
    }
  }

  /// The right-hand side of the whole vector.
  public func derivative(
    of vector: Span<Double>, rates: RatePair, into derivative: inout MutableSpan<Double>
  ) {
    var slope = [Double](repeating: 0, count: max(samples + classes, biasDrive.count))
    var variables = slope
    for block in 0..<blocks.totalCount {
      let positions = positions(ofBlock: block)
      for (index, position) in positions.enumerated() { variables[index] = vector[position] }
      let count = positions.count
      var whole = slope.mutableSpan
      var target = whole._mutatingExtracting(0..<count)
      self.derivative(
        ofBlock: block, of: variables.span.extracting(0..<count), rates: rates, into: &target)
      for (index, position) in positions.enumerated() { derivative[position] = slope[index] }
    }
  }

  private func positions(ofBlock block: Int) -> [Int] {
    let prototypes = rows * samples
    guard block < rows else { return Array(prototypes + rows * classes..<dimension) }
    return Array(block * samples..<(block + 1) * samples)
      + (prototypes + block * classes..<prototypes + (block + 1) * classes)
  }
}
