import DynIO
import DynText
import Dynamics

/// One scenario of `dyn simulate`: its members and their solvers.
struct ScenarioRun: Sendable {
  let path: String
  let sweep: LoadedSweep
  /// The observables of all members, in one order.
  let observables: [Observable]
  private let solverNames: [String]
  private let threads: Int
  /// Members that memory holds at the same time, judged by the first one.
  private let membersAtOnce: Int

  /// - Throws: `CommandFailure` for a solver name that no member has, and where states are wanted of
  ///   a problem that does not keep its samples, or more of them than fit into memory.
  init(
    _ sweep: LoadedSweep, path: String, solverNames: [String], threads: Int, keepsStates: Bool
  ) throws {
    self.path = path
    self.threads = threads
    self.sweep = sweep
    self.solverNames = solverNames
    let representative = sweep.representative
    observables =
      (sweep.members.first?.scenario.observables.map(Observables.named)
        ?? representative.map(Observables.defaults) ?? [])
      + (sweep.members.first?.scenario.spectra(of: representative) ?? [])
    membersAtOnce =
      if let representative, let member = sweep.members.first {
        MemoryEstimate(member.scenario, representative).runsAtOnce
      } else {
        threads
      }
    guard let member = sweep.members.first else { return }
    let solvers = try Self.solvers(member.scenario, representative, solverNames, path: path)
    guard keepsStates, let representative else { return }
    try representative.checkSamples("--states", path: path)
    do throws(Fault) {
      try MemoryEstimate(
        member.scenario, representative, keptStates: solvers.count * sweep.members.count
      ).check()
    } catch {
      throw CommandFailure(["\(path): \(error)"], .invalidScenario)
    }
  }

  var name: String { sweep.members.first?.scenario.name ?? "scenario" }
  var isSweep: Bool { !sweep.keys.isEmpty }

  /// Runs all members over the cores; results are in the order of the members.
  func results(
    keepsStates: Bool, progress: (Double) -> Void
  ) -> [MemberResult] {
    let members = sweep.members
    guard members.count > 1 else {
      return members.map { result($0, keepsStates: keepsStates, threads, progress: progress) }
    }
    return members.concurrentMap(
      threads: threads, atOnce: membersAtOnce, progress: progress
    ) { member, threads in
      result(member, keepsStates: keepsStates, threads) { _ in }
    }
  }

  private func result(
    _ member: LoadedSweep.Member, keepsStates: Bool, _ threads: Int, progress: (Double) -> Void
  ) -> MemberResult {
    do {
      let problem = try member.problem()
      let scenario = member.scenario
      let solvers = try Self.solvers(scenario, problem, solverNames, path: path)
      if keepsStates { try problem.checkSamples("--states", path: path) }
      let simulation = Simulation(
        prepared: try PreparedProblem(problem, threads: threads), solvers: solvers,
        times: scenario.times,
        observables: observables, stopCondition: scenario.stopCondition,
        keepsStates: keepsStates, compares: scenario.compares)
      let trajectories = simulation.run(progress: progress)
      return MemberResult(
        member: member, simulation: simulation, trajectories: trajectories, failure: nil)
    } catch {
      let lines =
        (error as? CommandFailure)?.lines ?? (error as? ScenarioError)?.lines
        ?? ["\(path): \(error)"]
      return MemberResult(
        member: member, simulation: nil, trajectories: [], failure: lines)
    }
  }

  /// The solvers of the given names, or all.
  static func solvers(
    _ scenario: Scenario, _ problem: Problem?, _ names: [String], path: String
  ) throws -> [NamedSolver] {
    let solvers = problem.map(scenario.renamedSolvers) ?? scenario.solvers
    guard !names.isEmpty else { return solvers }
    let unique = names.enumerated().filter { !names[..<$0.offset].contains($0.element) }
    return try unique.map(\.element).map { name in
      if let solver = solvers.first(where: { $0.name == name || $0.aliases.contains(name) }) {
        return solver
      }
      let known = solvers.map(\.name)
      let hint = Spelling.hint(for: name, among: known)
      throw CommandFailure(
        [
          "\(path): no solver is called \"\(name)\""
            + (hint.isEmpty ? ": there are \(known.joined(separator: ", "))" : hint)
        ], .usage)
    }
  }
}

extension Problem {
  /// - Throws: `CommandFailure` where only class means and scatter are kept of the samples.
  func checkSamples(_ user: String, path: String) throws {
    guard isReduced else { return }
    throw CommandFailure(
      [
        "\(path): model.representation: \(user) needs the samples, which the reduced representation "
          + "does not keep: do without \(user) or set \"representation\" to \"full\""
      ], .invalidScenario)
  }
}

/// What one member of a run found.
struct MemberResult: Sendable {
  let member: LoadedSweep.Member
  let simulation: Simulation?
  let trajectories: [Trajectory]
  /// Why the member could not be run at all.
  let failure: [String]?

  /// A line for every solver that failed, or for the member.
  func failureLines(path: String) -> [String] {
    let label = member.label.isEmpty ? "" : " [\(member.label)]"
    if let failure { return failure.map { label.isEmpty ? $0 : "\($0)\(label)" } }
    return trajectories.compactMap { trajectory in
      trajectory.failure.map { "\(path)\(label): \(trajectory.solver): \($0)" }
    }
  }
}
