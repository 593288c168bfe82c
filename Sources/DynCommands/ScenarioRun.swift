import DynIO
import DynText
import Dynamics
import Synchronization

/// One scenario of `dyn simulate`: its members and their solvers.
struct ScenarioRun: Sendable {
  let path: String
  let sweep: LoadedSweep
  /// The observables of all members, in one order.
  let observables: [Observable]
  private let solverNames: [String]
  private let threads: Int
  /// What the first member that has a problem needs; nil where none has one.
  let memory: MemoryEstimate?

  /// - Parameters:
  ///   - keepsStates: whether final states are kept until all members are done.
  ///   - keepsRows: the same of all rows, for a figure.
  /// - Throws: `CommandFailure` for a solver name that no member has, and where states are wanted of
  ///   a problem that does not keep its samples, or more is kept than fits into memory.
  init(
    _ sweep: LoadedSweep, path: String, solverNames: [String], threads: Int, keepsStates: Bool,
    keepsRows: Bool
  ) throws {
    self.path = path
    self.threads = threads
    self.sweep = sweep
    self.solverNames = solverNames
    let scenario = sweep.firstScenario
    let representative = sweep.representative
    let solvers = try Self.solvers(scenario, representative, solverNames, path: path)
    let defaults = representative.map {
      Observables.defaults(for: $0, solvers: solvers.map(\.solver))
    }
    observables =
      (scenario.observables.map(Observables.named) ?? defaults ?? [])
      + scenario.spectra(of: representative)
    if keepsStates { try solvers.checkStates(path: path) }
    guard let representative else {
      memory = nil
      return
    }
    let members = sweep.members.count
    let estimate = MemoryEstimate(
      scenario, representative, keptStates: keepsStates ? solvers.count * members : 0,
      keptMembers: keepsRows && members > 1 ? members : 0)
    memory = estimate
    if keepsStates { try representative.checkStates(of: solvers, path: path) }
    guard keepsStates || keepsRows else { return }
    do throws(Fault) {
      try estimate.check()
    } catch {
      throw CommandFailure(["\(path): \(error)"], .invalidScenario)
    }
  }

  /// Every file that the run reads.
  var inputs: [String] { [path] + sweep.arrayFiles }

  var name: String { sweep.firstScenario.name }
  var isSweep: Bool { !sweep.keys.isEmpty }

  /// Runs all members over the cores and hands each to `deliver` when it is finished, in their
  /// order.
  ///
  /// - Returns: what is kept of them, in their order.
  func results(
    keeping parts: MemberResult.Parts, progress: ProgressBar, deliver: (MemberResult) -> Void
  ) -> [MemberResult] {
    let members = sweep.members
    guard isSweep else {
      return members.map { member in
        let result = result(member, keepsStates: parts.states, threads, progress.ofSolvers)
        deliver(result)
        return result.keeping(parts)
      }
    }
    var results: [MemberResult] = []
    let shares = Mutex((finished: 0, running: [Int: Double]()))
    Array(members.indices).concurrentForEach(
      threads: threads, atOnce: memory?.runsAtOnce ?? threads
    ) {
      index, threads in
      defer {
        shares.withLock { shares in
          shares.finished += 1
          shares.running[index] = nil
        }
      }
      guard progress.isVisible else {
        return result(members[index], keepsStates: parts.states, threads, nil)
      }
      return result(members[index], keepsStates: parts.states, threads) { member in
        let sum = shares.withLock { shares in
          shares.running[index] = member.shareOfRun
          return Double(shares.finished) + shares.running.values.reduce(0, +)
        }
        progress.update(sum / Double(members.count))
      }
    } deliver: { result in
      deliver(result)
      results.append(result.keeping(parts))
    }
    return results
  }

  private func result(
    _ member: LoadedSweep.Member, keepsStates: Bool, _ threads: Int,
    _ progress: (@Sendable (RunProgress) -> Void)?
  ) -> MemberResult {
    do {
      let problem = try member.problem()
      let scenario = member.scenario
      let solvers = try Self.solvers(scenario, problem, solverNames, path: path)
      if keepsStates { try problem.checkStates(of: solvers, path: path) }
      let simulation = Simulation(
        prepared: try PreparedProblem(problem, threads: threads), solvers: solvers,
        times: scenario.times,
        observables: observables, stopCondition: scenario.stopCondition,
        keepsStates: keepsStates, compares: scenario.compares)
      return MemberResult(member, simulation, simulation.run(progress: progress))
    } catch {
      return MemberResult(member, refusal: member.failure(error))
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
          "\(path): no solver is called \"\(TerminalText.word(name))\""
            + (hint.isEmpty ? ": there are \(known.joined(separator: ", "))" : hint)
        ], .usage)
    }
  }
}

extension [NamedSolver] {
  /// - Throws: `CommandFailure` where no solver has a state to keep.
  fileprivate func checkStates(path: String) throws {
    guard !isEmpty, allSatisfy({ $0.solver.expectations != nil }) else { return }
    let names = map { TerminalText.word($0.name) }.joined(separator: ", ")
    throw CommandFailure(
      [
        "\(path): expectations have no state, and \(names) follows nothing else: do without --states "
          + "or run another solver besides"
      ], .invalidScenario)
  }
}

extension Problem {
  /// - Throws: `CommandFailure` where a solver has no final state that could be written.
  fileprivate func checkStates(of solvers: [NamedSolver], path: String) throws {
    try checkSamples("--states", path: path)
    guard model.solvesUpToRotation, let exact = solvers.first(where: \.solver.isExactFlow) else {
      return
    }
    throw CommandFailure(
      [
        "\(path): solvers: \(exact.name) knows the states of squared error up to a rotation of the "
          + "feature space only: do without --states, or choose other solvers with --solver"
      ], .invalidScenario)
  }

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
