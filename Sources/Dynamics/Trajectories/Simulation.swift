/// All solvers of a scenario on one problem.
public struct Simulation: Sendable {
  /// The problem.
  public let prepared: PreparedProblem
  /// The solvers in order.
  public let solvers: [NamedSolver]
  /// The output times, increasing.
  public let times: [Double]
  /// What is measured.
  public let observables: [Observable]
  /// When trajectories end early.
  public let stopCondition: StopCondition?
  /// Whether the final states are kept.
  public let keepsStates: Bool
  /// Whether trajectories are compared with the reference; the exact one needs the initial state.
  public let compares: Bool

  /// A simulation.
  public init(
    prepared: PreparedProblem, solvers: [NamedSolver], times: [Double],
    observables: [Observable], stopCondition: StopCondition? = nil, keepsStates: Bool = false,
    compares: Bool = true
  ) {
    var prepared = prepared
    prepared.keepsStart = compares || solvers.count > 1
    self.prepared = prepared
    self.compares = compares
    self.solvers = solvers
    self.times = times
    self.observables = observables
    self.stopCondition = stopCondition
    self.keepsStates = keepsStates
  }

  /// Runs every solver. A solver that fails keeps its rows and does not stop the others.
  ///
  /// - Parameter progress: told how far the present solver is, perhaps often and from several
  ///   threads; nil where nobody watches.
  public func run(progress: (@Sendable (RunProgress) -> Void)? = nil) -> [Trajectory] {
    var reference = Reference.none
    if compares {
      reference = prepared.hasExactFlow ? .exact : solvers.count > 1 ? .first(nil) : .itself
    }
    return solvers.enumerated().map { index, solver in
      let end = solver.solver.reportTimes(for: times).last ?? 0
      let meter = progress.map { progress in
        ProgressMeter(from: prepared.problem.rates.begin, until: end) { share in
          progress(
            RunProgress(solver: solver.name, index: index, count: solvers.count, share: share))
        }
      }
      return ProgressMeter.$current.withValue(meter) { run(solver, against: &reference) }
    }
  }

  private func run(
    _ named: NamedSolver, against reference: inout Reference
  ) -> Trajectory {
    var trajectory = Trajectory(solver: named.name, observables: observables.count)
    let clock = ContinuousClock()
    let start = clock.now
    do throws(SolverFailure) {
      if let expectations = named.solver.expectations {
        try follow(expectations, into: &trajectory)
      } else {
        try follow(named.solver, into: &trajectory, against: &reference)
      }
    } catch {
      trajectory.failure = error
      if keepsStates, trajectory.finalState == nil, named.solver.expectations == nil {
        trajectory.finalState = lastState(of: named.solver, rowCount: trajectory.rows.count)
      }
    }
    trajectory.seconds = (clock.now - start) / .seconds(1)
    return trajectory
  }

  private func follow(
    _ solver: any Solver, into trajectory: inout Trajectory, against reference: inout Reference
  ) throws(SolverFailure) {
    let reportTimes = solver.reportTimes(for: times)
    let meter = ProgressMeter.current
    var comparison = try Comparison(
      reference, with: solver, prepared, until: reportTimes.last ?? 0, rows: reportTimes.count)
    let prediction = Deferred { [prepared] in
      prepared.problem.laterPhases.isEmpty
        ? solver.prediction(of: prepared, until: reportTimes.last ?? 0) : prepared.prediction
    }
    var row = trajectory
    row.rows.reserve(reportTimes.count)
    var cost = SolverCost()
    var undefined: SolverFailure?
    defer {
      trajectory = row
      trajectory.cost = cost
      trajectory.prediction = prediction.known
      comparison.becomeReference(&reference)
    }
    try solver.followPhases(prepared, at: reportTimes, cost: &cost) { snapshot in
      guard !snapshot.logNorm().isNaN else {
        let problem = prepared.problem
        let growth = problem.model.family.growthCause(
          of: prepared, at: snapshot.state().state, time: snapshot.time)
        let cause =
          growth.map { "\($0); end earlier" }
          ?? "the initial state, a weight or a decay is too large for a double"
        undefined = SolverFailure("the state is not a number at t = \(snapshot.time): \(cause)")
        return false
      }
      let observation = Observation(snapshot, row: row.rows.count) { prediction.value }
      row.rows.append(
        time: snapshot.time, zeta: prepared.problem.rates.totals(to: snapshot.time),
        relativeError: comparison.error(of: snapshot),
        values: observables.map { $0.value(observation) })
      meter?.reachedOutput(row.rows.count, of: reportTimes.count)
      row.metStopCondition =
        stopCondition.map { $0.observable.value(observation) < $0.threshold } ?? false
      let isLast = row.rows.count == reportTimes.count || row.metStopCondition
      if keepsStates && isLast {
        row.finalState = observation.state
        row.finalVelocity = snapshot.velocity()
        row.drawSeed = solver.drawSeed(for: prepared.problem)
      }
      return !row.metStopCondition
    }
    if let undefined { throw undefined }
  }

  /// Rows of expectations, which have no state that could be compared or kept.
  private func follow(
    _ solver: any ExpectationSolver, into trajectory: inout Trajectory
  ) throws(SolverFailure) {
    let reportTimes = solver.reportTimes(for: times)
    let meter = ProgressMeter.current
    var row = trajectory
    row.rows.reserve(reportTimes.count)
    var cost = SolverCost()
    defer {
      trajectory = row
      trajectory.cost = cost
    }
    try solver.followExpectations(prepared, at: reportTimes, cost: &cost) { expected in
      row.rows.append(
        time: expected.time, zeta: prepared.problem.rates.totals(to: expected.time),
        relativeError: .nan, values: observables.map { expected.value(of: $0) })
      meter?.reachedOutput(row.rows.count, of: reportTimes.count)
      row.metStopCondition =
        stopCondition.map { expected.value(of: $0.observable) < $0.threshold } ?? false
      return !row.metStopCondition
    }
  }

  /// The state of the last row that a failed solver reached, on a second way there: one that is held
  /// while it moves on would be copied at every row.
  private func lastState(of solver: any Solver, rowCount: Int) -> ScaledState? {
    let reached = Array(solver.reportTimes(for: times).prefix(rowCount))
    guard !reached.isEmpty else { return nil }
    var cost = SolverCost()
    var state: ScaledState?
    try? solver.followPhases(prepared, at: reached, cost: &cost) { snapshot in
      if snapshot.time == reached.last { state = snapshot.state() }
      return true
    }
    return state
  }
}
