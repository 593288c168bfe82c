import DynNumerics

/// A state that is integrated from time to time.
protocol StateIntegration: AnyObject {
  /// Moves the state on from the time where the last call ended.
  func advance(_ state: inout State, from start: Double, to end: Double) throws(OdeFailure)
  /// What it has cost so far.
  var cost: SolverCost { get }
}

/// A flow whose variables all meet, integrated as one system.
final class WholeIntegration: StateIntegration {
  private let flow: any Flow
  private var integration: RatedIntegration
  private var variables: [Double] = []

  init(
    _ flow: any Flow, _ rates: LearningRates, until end: Double, method: OdeMethod,
    control: StepControl, partsOfStep: Int = 1
  ) throws(NumericsError) {
    self.flow = flow
    integration = try RatedIntegration(
      rates, until: end, method: method, control: control, partsOfStep: partsOfStep,
      dimension: flow.dimension,
      derivative: { flow.derivative(of: $0, rates: $1, into: &$2) },
      jacobian: { flow.jacobian(of: $0, rates: $1, into: &$2) })
  }

  var cost: SolverCost { SolverCost(integration.statistics, sharedBy: 1) }

  func advance(_ state: inout State, from start: Double, to end: Double) throws(OdeFailure) {
    if variables.isEmpty { variables = flow.vector(of: state) }
    defer { state = flow.state(of: variables) }
    try integration.advance(&variables, from: start, to: end)
  }
}

extension SolverCost {
  /// The mean cost of several blocks, rounded up.
  init(_ statistics: OdeStatistics, sharedBy blocks: Int) {
    self.init()
    func mean(_ count: Int) -> Int { (count + blocks - 1) / max(blocks, 1) }
    evaluations = mean(statistics.evaluations)
    steps = mean(statistics.steps)
    rejectedSteps = mean(statistics.rejectedSteps)
  }
}
