import DynNumerics

/// Descent on one vector of variables, of which those of the features come first.
struct VectorDescent {
  /// Writes minus the gradient, each part times its rate.
  typealias Derivative = (Span<Double>, RatePair, inout MutableSpan<Double>) -> Void

  private let momentum: Momentum
  var variables: [Double] = []
  var velocity: [Double] = []
  private var change: [Double] = []

  init(_ momentum: Momentum) { self.momentum = momentum }

  /// Makes room for variables, whose values are then to be written.
  mutating func resize(to count: Int) {
    guard variables.count != count else { return }
    variables = [Double](repeating: 0, count: count)
    change = variables
    velocity = momentum.factor > 0 ? variables : []
  }

  /// Takes all steps.
  ///
  /// - Returns: the first tested step after which a variable was not finite.
  mutating func advance(
    by steps: DescentSteps, featureCount: Int, _ derivative: Derivative
  ) -> Int? {
    for index in steps.features.indices {
      let size = RatePair(features: steps.features[index], prototypes: steps.prototypes[index])
      if momentum.factor > 0 {
        move(by: size, featureCount: featureCount, derivative)
      } else {
        move(by: size, derivative)
      }
      if steps.isTested(index), !variables.span.isFinite { return index + 1 }
    }
    return nil
  }

  private mutating func move(by size: RatePair, _ derivative: Derivative) {
    Self.differentiate(variables, size, into: &change, derivative)
    for entry in variables.indices { variables[entry] += change[entry] }
  }

  private mutating func move(by size: RatePair, featureCount: Int, _ derivative: Derivative) {
    Self.differentiate(variables, RatePair(features: 1, prototypes: 1), into: &change, derivative)
    for entry in variables.indices {
      variables[entry] +=
        (entry < featureCount ? size.features : size.prototypes)
        * momentum.direction(&velocity[entry], pull: change[entry])
    }
  }

  private static func differentiate(
    _ variables: [Double], _ rates: RatePair, into change: inout [Double],
    _ derivative: Derivative
  ) {
    var target = change.mutableSpan
    derivative(variables.span, rates, &target)
  }
}
