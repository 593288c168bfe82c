import DynNumerics

/// Brute-force gradient descent on the full state.
protocol StateDescent: AnyObject {
  /// Begins at a state, which becomes what the flow's variables make of it, with a velocity of earlier
  /// steps where there were any.
  func begin(at state: inout State, velocity: State?)
  /// Takes steps of given sizes on from where the last call ended.
  ///
  /// - Returns: the first tested step after which an entry was not finite; nil while all are.
  func advance(_ state: inout State, by steps: DescentSteps) -> Int?
  /// The velocity that the last step left; nil without momentum.
  var velocity: State? { get }
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
  private var descent: VectorDescent

  init(_ flow: any Flow, momentum: Momentum) {
    self.flow = flow
    descent = VectorDescent(momentum)
  }

  var velocity: State? {
    descent.velocity.isEmpty ? nil : flow.state(of: descent.velocity)
  }

  func begin(at state: inout State, velocity: State?) {
    let variables = flow.vector(of: state)
    descent.resize(to: variables.count)
    descent.variables = variables
    if let velocity, !descent.velocity.isEmpty { descent.velocity = flow.vector(of: velocity) }
    state = flow.state(of: variables)
  }

  func advance(_ state: inout State, by steps: DescentSteps) -> Int? {
    let flow = flow
    defer { state = flow.state(of: descent.variables) }
    return descent.advance(by: steps, featureCount: flow.featureVariableCount) {
      flow.derivative(of: $0, rates: $1, into: &$2)
    }
  }
}

extension State {
  /// The first entry that is not finite.
  var firstInfinity: Double? {
    let moving = layers + hidden + [features, prototypes]
    for entries in moving.map(\.elements) + [bias ?? []] {
      if let entry = entries.first(where: { !$0.isFinite }) { return entry }
    }
    return nil
  }
}
