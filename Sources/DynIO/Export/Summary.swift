public import Dynamics

extension Fields {
  /// The word after "kind".
  fileprivate var kindName: String { (try? string("kind")) ?? "" }
}

/// What a run found, for people.
public struct Summary {
  private let scenario: Scenario
  private let simulation: Simulation
  private let trajectories: [Trajectory]
  private let memory: MemoryEstimate?

  /// A summary of finished trajectories, with what the run was estimated to need.
  public init(
    _ scenario: Scenario, _ simulation: Simulation, _ trajectories: [Trajectory],
    memory: MemoryEstimate?
  ) {
    self.memory = memory
    self.scenario = scenario
    self.simulation = simulation
    self.trajectories = trajectories
  }

  private var problem: Problem { simulation.prepared.problem }
  private var prediction: LimitPrediction { simulation.prepared.prediction }

  /// The summary as lines.
  public var lines: [String] {
    [heading] + problem.notes + beginningLines + representationLines
      + (memory.map { [$0.line] } ?? [])
      + limitLines + noiseLines + [""] + solverTable + [""] + observableTable
  }

  private var heading: String {
    let sizes = problem.labels.partition.sizes
    let unit =
      problem.labels.targets.groupsAreClasses
      ? "a class" : "in each of \(sizes.count) groups of one target"
    let perClass =
      problem.labels.partition.isBalanced
      ? "\(sizes[0]) \(unit)" : "\(sizes.max() ?? 0) to \(sizes.min() ?? 0) \(unit)"
    return "\(scenario.name): \(problem.modelCase.name)\(networkText), C = \(problem.classCount), "
      + "p = \(problem.featureDimension), n = \(problem.sampleCount) (\(perClass)), "
      + lossText
  }

  /// The hidden units of a network, from the inputs on.
  private var networkText: String {
    guard let network = scenario.model.network else { return "" }
    return " with a network of \(network.hidden.map(String.init).joined(separator: ", ")) units"
  }

  private var representationLines: [String] {
    guard problem.isReduced else { return [] }
    let reason =
      scenario.model.representation == .reduced
      ? "" : ", because the full state does not fit into memory"
    return [
      "representation: reduced to class means and scatter\(reason); its random numbers are not those "
        + "of the full one"
    ]
  }

  private var lossText: String {
    if let unhinged = problem.loss.unhinged { return "gamma = \(unhinged.gamma.brief())" }
    return Fields(scenario.resolved).fields("model").fields("loss").kindName
  }

  private var beginningLines: [String] {
    let begin = problem.rates.begin
    guard begin > 0 else { return [] }
    let speed = problem.velocity == nil ? "" : ", with a velocity"
    return ["goes on from t = \(begin.brief())\(speed)"]
  }

  private var limitLines: [String] {
    var lines: [String] = []
    if simulation.prepared.hasExactFlow, !simulation.prepared.hasClosedForm {
      lines.append(
        "no closed form: the learning rates are not proportional; "
          + "\"\(ClosedFormSolver.reducedName)\" integrates the exact 2 x 2 systems instead")
    }
    switch prediction.approach {
    case .exponential(let rate, let degree):
      let clock = prediction.clock.rawValue
      let power = degree == 0 ? "" : degree == 1 ? "\(clock) " : "\(clock)^\(degree) "
      lines.append("limit direction: approached like \(power)exp(-\(rate.brief()) \(clock))")
      lines.append(timeLine)
    case .algebraic(let power):
      lines.append(
        "limit direction: approached like \(prediction.clock.rawValue)^-\(power.brief())")
      lines.append(timeLine)
    case .immediate: lines.append("limit direction: the direction does not change")
    case .atBlowUp: lines.append("limit direction: reached at the blow-up")
    case .unknown(let reason): lines.append("limit direction: no prediction, \(reason)")
    }
    return lines + blowUpLines
  }

  private var blowUpLines: [String] {
    switch prediction.blowUp {
    case .at(let time, let zeta, let value, let count)?:
      let modes = count == 1 ? "the mode" : "the \(count) modes"
      return [
        "blow-up: at t = \(time.brief()), zeta_w = \(zeta.brief()), of \(modes) with singular value "
          + value.brief()
      ]
    case .never(let reason)?: return ["blow-up: none, \(reason)"]
    case nil: return []
    }
  }

  /// How noise grows and how long steps may be, of solvers that know.
  private var noiseLines: [String] {
    simulation.solvers.flatMap { named in
      (named.solver as? BatchMomentsSolver).flatMap { solver in
        solver.noiseGrowth(simulation.prepared).map {
          NoiseLines(named.name, solver, $0, sampleCount: problem.sampleCount).lines
        }
      } ?? []
    }
  }

  private var timeLine: String {
    let tolerance = 1e-6
    let end = scenario.times.last ?? 0
    let text =
      switch TimeToTolerance(simulation.prepared, tolerance: tolerance, startingAt: end) {
      case .at(let time): "t = \(time.brief())"
      case .notBefore(let time): "not before t = \(time.brief())"
      case .never(let zeta): "never, \(prediction.clock.rawValue) ends at \(zeta.brief())"
      case .unknown: "unknown"
      }
    return "within 1e-6 of it: \(text)"
  }

  private var solverTable: [String] {
    var table = TextTable([
      "solver", "seconds", "steps", "evaluations", "end", "largest relative_error",
      "predicted rate",
      "fitted rate",
    ])
    for trajectory in trajectories {
      table.add([
        trajectory.solver, trajectory.seconds.brief(digits: 3), "\(trajectory.cost.steps)",
        "\(trajectory.cost.evaluations)", trajectory.rows.last?.time.brief() ?? "-",
        trajectory.largestRelativeError?.brief(digits: 3) ?? "-", predictedRate(trajectory),
        fittedRate(trajectory),
      ])
    }
    return table.lines
  }

  private func predictedRate(_ trajectory: Trajectory) -> String {
    guard case .exponential(let rate, _)? = trajectory.prediction?.approach else { return "-" }
    return rate.brief()
  }

  /// The rate at which direction_distance falls, per unit of the prediction's clock.
  private func fittedRate(_ trajectory: Trajectory) -> String {
    // The rate is that of the last phase, and the rows are of all.
    guard problem.laterPhases.isEmpty, let prediction = trajectory.prediction,
      let settled = prediction.settledFrom,
      case .exponential(_, let degree) = prediction.approach,
      let column = simulation.observables.firstIndex(where: { $0.name == "direction_distance" }),
      let fit = RateFit(
        distances: trajectory.rows.map { $0.value(column) },
        zeta: trajectory.rows.map { problem.rates.integrals(to: $0.time)[prediction.clock] },
        from: settled, degree: degree)
    else { return "-" }
    return fit.rate.brief()
  }

  private var observableTable: [String] {
    var table = TextTable(["at the end"] + trajectories.map(\.solver))
    for (index, observable) in simulation.observables.enumerated() {
      table.add(
        [observable.name] + trajectories.map { $0.rows.last?.value(index).brief() ?? "-" })
    }
    return table.lines
  }
}
