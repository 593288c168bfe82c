import DynNumerics

/// The gradient flow of a problem as an ordinary differential equation on the variables that move.
///
/// The same right-hand side serves the integrators and, multiplied by a step, gradient descent.
public protocol Flow: Sendable {
  /// The number of variables that move.
  var dimension: Int { get }
  /// How many of the variables, from the first, are features: they move at the features' rate.
  var featureVariableCount: Int { get }
  /// Whether `jacobian` is available.
  var hasJacobian: Bool { get }
  /// The moving variables of a state, in the flow's own order.
  func vector(of state: State) -> [Double]
  /// The state whose moving variables are given.
  func state(of vector: [Double]) -> State
  /// Writes the time derivative for given learning rates. It is linear in the rates.
  func derivative(
    of vector: Span<Double>, rates: RatePair, into derivative: inout MutableSpan<Double>)
  /// Writes the row-major matrix of the derivative's derivatives by the variables.
  func jacobian(of vector: Span<Double>, rates: RatePair, into matrix: inout MutableSpan<Double>)
}

extension Flow {
  /// Most flows have one.
  public var hasJacobian: Bool { true }
}

extension Flow {
  /// The exact matrix of a flow whose derivative is an affine function of its variables, column by
  /// column: the images of the unit vectors less that of zero. `dimension` right-hand sides.
  func affineJacobian(rates: RatePair, into matrix: inout MutableSpan<Double>) {
    affineMatrix(dimension: dimension, into: &matrix) { variables, image in
      var target = image.mutableSpan
      derivative(of: variables.span, rates: rates, into: &target)
    }
  }
}

/// A flow whose derivative is an affine function of its variables.
public protocol AffineFlow: Flow {}

extension AffineFlow {
  /// The exact matrix.
  public func jacobian(
    of vector: Span<Double>, rates: RatePair, into matrix: inout MutableSpan<Double>
  ) {
    affineJacobian(rates: rates, into: &matrix)
  }
}

extension AffineFlow where Self: SeparableFlow {
  /// The same for one block.
  public func jacobian(
    ofBlock block: Int, of variables: Span<Double>, rates: RatePair,
    into matrix: inout MutableSpan<Double>
  ) {
    affineMatrix(dimension: variables.count, into: &matrix) { variables, image in
      var target = image.mutableSpan
      derivative(ofBlock: block, of: variables.span, rates: rates, into: &target)
    }
  }
}

/// Writes the row-major matrix of an affine map.
private func affineMatrix(
  dimension: Int, into matrix: inout MutableSpan<Double>,
  map: (_ variables: [Double], _ image: inout [Double]) -> Void
) {
  var unit = [Double](repeating: 0, count: dimension)
  var offset = unit
  var image = unit
  map(unit, &offset)
  for column in 0..<dimension {
    unit[column] = 1
    map(unit, &image)
    unit[column] = 0
    for row in 0..<dimension { matrix[row * dimension + column] = image[row] - offset[row] }
  }
}
