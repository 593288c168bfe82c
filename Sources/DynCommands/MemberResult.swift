import DynIO
import Dynamics
import NumpyFiles

/// What one member of a run found.
struct MemberResult: Sendable {
  /// What is kept of a member after its rows are written.
  struct Parts: Sendable {
    /// The final states.
    let states: Bool
    /// All rows, not only the last.
    let rows: Bool
    /// The problem with its solvers.
    let simulation: Bool
  }

  let member: LoadedSweep.Member
  private(set) var trajectories: [Trajectory]
  private(set) var simulation: Simulation?
  /// How columns of H are ordered and labelled.
  let labels: LabelOperator?
  /// Cells of the table of escapes from saddles, one row per solver.
  let escapes: [[String]]
  /// How far the linearised flow reaches, beside an integration.
  let linearizationLines: [String]
  /// What was assumed about the member's arrays.
  let notes: [String]
  /// Why the member could not be run at all.
  let refusal: CommandFailure?

  init(_ member: LoadedSweep.Member, _ simulation: Simulation, _ trajectories: [Trajectory]) {
    self.member = member
    self.simulation = simulation
    self.trajectories = trajectories
    labels = simulation.keepsStates ? simulation.prepared.problem.labels : nil
    escapes = EscapeTable.rows(simulation, trajectories)
    linearizationLines = simulation.linearizationLines(trajectories)
    notes = simulation.prepared.problem.notes
    refusal = nil
  }

  init(_ member: LoadedSweep.Member, refusal: CommandFailure) {
    self.member = member
    simulation = nil
    trajectories = []
    labels = nil
    escapes = []
    linearizationLines = []
    notes = []
    self.refusal = refusal
  }

  /// Whether no solver has reached an output.
  var isEmpty: Bool { trajectories.allSatisfy { $0.rows.isEmpty } }

  /// The swept values as the CSV holds them.
  var sweepTexts: [String] { member.assignments.map(\.value.sweepText) }

  /// The same without what is not wanted any more.
  func keeping(_ parts: Parts) -> MemberResult {
    var result = self
    if !parts.simulation { result.simulation = nil }
    if !parts.rows { result.trajectories = trajectories.map(\.withLastRowOnly) }
    return result
  }

  /// One line for every solver that failed.
  func solverFailure(path: String) -> CommandFailure? {
    let label = member.label.isEmpty ? "" : " [\(member.label)]"
    let lines = trajectories.compactMap { trajectory in
      trajectory.failure.map { "\(path)\(label): \(trajectory.solver): \($0)" }
    }
    return lines.isEmpty ? nil : CommandFailure(lines, .failed)
  }
}

extension MemberResult {
  /// What solvers remark of themselves.
  var solverRemarks: [String] {
    trajectories.compactMap { trajectory in
      trajectory.cost.remark.map { "\(trajectory.solver): \($0)" }
    }
  }
}

extension Simulation {
  /// Until which output integrations stay within one percent of the linearised flow, where that is the
  /// first solver and so what the others are compared with.
  fileprivate func linearizationLines(_ trajectories: [Trajectory]) -> [String] {
    guard let first = solvers.first, first.solver is LinearizedSolver, !prepared.hasExactFlow
    else { return [] }
    return zip(solvers, trajectories).filter { $0.0.solver.integration != nil }.compactMap {
      let rows = $0.1.rows.map { (time: $0.time, error: $0.relativeError) }
      let near = rows.prefix { $0.error <= 0.01 }
      guard let last = near.last else { return nil }
      return "\($0.1.solver): within 1 % of \(first.name) until t = \(last.time)"
    }
  }
}

extension Array where Element == MemberResult {
  /// The archive of the final states of all members.
  func states(of run: ScenarioRun) throws -> [UInt8] {
    let members = compactMap { result in
      result.labels.map { (result.member.assignments, result.trajectories, $0) }
    }
    return try StatesFile.bytes(
      members, scenario: run.sweep.firstScenario.resolved)
  }

  /// The figure of all members.
  func figure(of run: ScenarioRun, _ format: FigureFormat) throws -> [UInt8] {
    do throws(FigureError) {
      return try TrajectoryFigure.bytes(
        filter { $0.refusal == nil }.map { ($0.sweepTexts, $0.trajectories) },
        sweepKeys: run.sweep.keys, observables: run.observables, title: run.name, format: format
      ) { Console.error("\(run.path): \($0)") }
    } catch {
      // The scenario is valid and was run: whatever keeps its figure is a failure of the run.
      throw CommandFailure(error.failure(path: run.path).lines, .failed)
    }
  }
}
