import DynNumerics

/// Brute-force gradient descent on the full state.
protocol StateDescent: AnyObject {
  /// Begins at a state, which becomes what the flow's variables make of it.
  func begin(at state: inout State)
  /// Takes steps of given sizes on from where the last call ended.
  ///
  /// - Returns: the first tested step after which an entry was not finite; nil while all are.
  func advance(_ state: inout State, by steps: DescentSteps) -> Int?
}

/// Steps of gradient descent, and how often to test for overflow.
struct DescentSteps {
  let features: [Double]
  let prototypes: [Double]
  let testInterval: Int

  init(_ sizes: [RatePair], testInterval: Int) {
    features = sizes.map(\.features)
    prototypes = sizes.map(\.prototypes)
    self.testInterval = testInterval
  }

  func isTested(_ index: Int) -> Bool {
    (index + 1).isMultiple(of: testInterval) || index + 1 == features.count
  }
}

/// Descent on a flow whose variables all meet.
final class WholeDescent: StateDescent {
  private let flow: any Flow
  private let momentum: Momentum
  private var variables: [Double] = []
  private var change: [Double] = []
  private var velocity: [Double] = []

  init(_ flow: any Flow, momentum: Momentum) {
    self.flow = flow
    self.momentum = momentum
  }

  func begin(at state: inout State) {
    variables = flow.vector(of: state)
    change = [Double](repeating: 0, count: variables.count)
    velocity = momentum.factor > 0 ? change : []
    state = flow.state(of: variables)
  }

  func advance(_ state: inout State, by steps: DescentSteps) -> Int? {
    defer { state = flow.state(of: variables) }
    for index in steps.features.indices {
      move(by: RatePair(features: steps.features[index], prototypes: steps.prototypes[index]))
      if steps.isTested(index), !variables.span.isFinite { return index + 1 }
    }
    return nil
  }

  private func move(by size: RatePair) {
    guard momentum.factor > 0 else {
      differentiate(size)
      for index in variables.indices { variables[index] += change[index] }
      return
    }
    // With rates of 1 the right-hand side is minus the gradient.
    differentiate(RatePair(features: 1, prototypes: 1))
    for index in variables.indices {
      variables[index] +=
        (index < flow.featureVariableCount ? size.features : size.prototypes)
        * momentum.direction(&velocity[index], pull: change[index])
    }
  }

  private func differentiate(_ rates: RatePair) {
    Self.differentiate(flow, variables, rates, into: &change)
  }

  private static func differentiate(
    _ flow: any Flow, _ variables: [Double], _ rates: RatePair, into change: inout [Double]
  ) {
    var target = change.mutableSpan
    flow.derivative(of: variables.span, rates: rates, into: &target)
  }
}

extension State {
  /// The first entry that is not finite.
  var firstInfinity: Double? {
    let moving = layers + [inputLayer].compactMap { $0 } + [features, prototypes]
    for entries in moving.map(\.elements) + [bias ?? []] {
      if let entry = entries.first(where: { !$0.isFinite }) { return entry }
    }
    return nil
  }
}
