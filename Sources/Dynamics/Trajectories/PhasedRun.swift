import DynNumerics

/// A run over several phases: each begins from the state, velocity and time at which the one before
/// ends. A row at a switch is of the new phase.
struct PhasedRun {
  private var phases: ArraySlice<Phase>
  private let threads: Int
  /// The problem of the present phase.
  private(set) var prepared: PreparedProblem
  /// Where the present phase ends; nil for the last.
  var end: Double? { phases.first?.begin }

  init(_ problem: Problem, threads: Int) throws(SolverFailure) {
    phases = problem.laterPhases[...]
    self.threads = threads
    prepared = try Self.prepare(problem.firstPhase, threads)
  }

  private static func prepare(
    _ problem: Problem, _ threads: Int
  ) throws(SolverFailure) -> PreparedProblem {
    do throws(NumericsError) {
      return try PreparedProblem(problem, threads: threads)
    } catch {
      throw SolverFailure(error)
    }
  }

  /// Goes on to the next phase from the snapshot at its beginning.
  mutating func advance(from snapshot: any Snapshot) throws(SolverFailure) {
    guard let next = phases.popFirst() else { return }
    let state = snapshot.state().unscaled
    guard state.norm.isFinite else {
      throw SolverFailure(
        "the state at t = \(next.begin), where a phase begins, is beyond the range of a double: begin "
          + "it earlier")
    }
    prepared = try Self.prepare(
      next.problem(from: state, velocity: snapshot.velocity()), threads)
  }
}

/// The exact flow over phases, projected anew on the modes of each.
struct PhasedEvaluator: Evaluator {
  private var run: PhasedRun
  private let end: Double
  private var flow: any Evaluator

  init(_ problem: Problem, until end: Double, threads: Int) throws(SolverFailure) {
    run = try PhasedRun(problem, threads: threads)
    self.end = end
    flow = try run.prepared.exactEvaluator(until: min(run.end ?? end, end))
  }

  mutating func snapshot(at time: Double) throws(SolverFailure) -> any Snapshot {
    while let next = run.end, time >= next {
      try run.advance(from: try flow.snapshot(at: next))
      flow = try run.prepared.exactEvaluator(until: min(run.end ?? end, end))
    }
    return try flow.snapshot(at: time)
  }

  /// The last phase of a problem, from the exact state at its beginning.
  static func lastPhase(of problem: Problem, threads: Int) throws(SolverFailure) -> PreparedProblem
  {
    let begin = problem.laterPhases.last?.begin ?? problem.rates.begin
    var evaluator = try PhasedEvaluator(problem, until: begin, threads: threads)
    _ = try evaluator.snapshot(at: begin)
    return evaluator.run.prepared
  }
}

extension Solver {
  /// Follows a problem's trajectory over all its phases.
  ///
  /// - Throws: `SolverFailure` when it stops early.
  func followPhases(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    guard !prepared.problem.laterPhases.isEmpty, !isExactFlow else {
      return try follow(prepared, at: times, cost: &cost, visit: visit)
    }
    var run = try PhasedRun(prepared.problem, threads: prepared.threads)
    var rest = times[...]
    var isWanted = true
    while isWanted, !rest.isEmpty {
      let end = run.end
      let own = rest.prefix { time in end.map { time < $0 } ?? true }
      rest = rest.dropFirst(own.count)
      var last: (any Snapshot)?
      var part = SolverCost()
      try follow(run.prepared, at: Array(own) + (end.map { [$0] } ?? []), cost: &part) { snapshot in
        if let end, snapshot.time == end {
          last = snapshot
          return true
        }
        isWanted = visit(snapshot)
        return isWanted
      }
      cost.add(part)
      guard isWanted, let last else { return }
      try run.advance(from: last)
    }
  }
}

extension SolverCost {
  /// What another part of the same run has cost.
  fileprivate mutating func add(_ other: SolverCost) {
    evaluations += other.evaluations
    steps += other.steps
    rejectedSteps += other.rejectedSteps
    remark = other.remark ?? remark
  }
}
