/// The gradient flow of a landscape as an ordinary differential equation:
///
///     theta' = -eta grad L(theta)
///
/// with eta_1 for the variables that move at the features' rate, and eta_2 for the others.
public struct LandscapeFlow: Flow {
  private let landscape: any Landscape
  private let batch: Batch

  /// The flow of the whole objective.
  public init(_ landscape: any Landscape, _ problem: Problem) {
    self.landscape = landscape
    batch = .whole(problem)
  }

  /// The number of variables.
  public var dimension: Int { landscape.dimension }
  /// How many of them move at the features' rate.
  public var featureVariableCount: Int { landscape.featureVariableCount }
  /// The matrix is not formed: implicit methods are refused.
  public var hasJacobian: Bool { false }
  /// The landscape's variables.
  public func vector(of state: State) -> [Double] { landscape.variables(of: state) }
  /// The landscape's state.
  public func state(of vector: [Double]) -> State { landscape.state(of: vector) }

  /// One gradient.
  public func derivative(
    of vector: Span<Double>, rates: RatePair, into derivative: inout MutableSpan<Double>
  ) {
    let direction = landscape.descentDirection(at: vector.indices.map { vector[$0] }, of: batch)
    for (range, rate) in landscape.ranges(rates) {
      for index in range { derivative[index] = -rate * direction[index] }
    }
  }

  /// Does nothing: see `hasJacobian`.
  public func jacobian(
    of vector: Span<Double>, rates: RatePair, into matrix: inout MutableSpan<Double>
  ) {}
}

extension Landscape {
  /// The variables that move at the features' rate and those that move at the prototypes'.
  func ranges(_ rates: RatePair) -> [(variables: Range<Int>, rate: Double)] {
    let count = featureVariableCount
    return [(0..<count, rates.features), (count..<dimension, rates.prototypes)]
  }
}
