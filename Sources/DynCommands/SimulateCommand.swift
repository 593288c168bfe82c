import ArgumentParser
import DynIO
import DynNumerics
import Dynamics
import NumpyFiles

/// `dyn simulate`.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Run every solver of a scenario, write the trajectory and print a summary.",
    discussion: """
      Writes observables over time as CSV and prints solvers, time taken, agreement with the \
      closed form, predicted and fitted rates of convergence, and the final observables. A solver \
      that fails part-way keeps the rows it has; the exit status is then 1.
      """)

  @OptionGroup var options: ScenarioOptions

  @Option(
    name: [.short, .long],
    help: """
      CSV file; default <name>.csv in the current folder; - is standard output. With several \
      scenarios, a folder.
      """, completion: .file(extensions: ["csv"]))
  var output: String?

  @Option(
    help: "NumPy archive for the final state of every solver. With several scenarios, a folder.",
    completion: .file(extensions: ["npz"]))
  var states: String?

  @Option(
    name: .customLong("solver"), help: "Run only the solver of this name; may be repeated.")
  var solverNames: [String] = []

  @Flag(help: "Print no summary and no progress.")
  var quiet = false

  func run() throws {
    let loaded = try options.scenarios.map { try options.loaded($0) }
    let plans = try loaded.map { try RunPlan($0, options: self, isOneOfMany: loaded.count > 1) }
    try RunPlan.checkOutputs(plans)
    var failures: [String] = []
    for plan in plans { failures += try plan.run() }
    guard failures.isEmpty else { throw CommandFailure(failures, .failed) }
  }
}

/// One scenario of `dyn simulate` with its solvers and outputs.
struct RunPlan {
  let loaded: LoadedScenario
  let solvers: [NamedSolver]
  let csvPath: String
  let statesPath: String?
  let isQuiet: Bool

  init(_ loaded: LoadedScenario, options: SimulateCommand, isOneOfMany: Bool) throws {
    self.loaded = loaded
    solvers = try Self.selected(
      loaded.scenario.renamedSolvers(for: loaded.problem), options.solverNames,
      path: loaded.path)
    let name = loaded.scenario.name.replacing("/", with: "-")
    func place(_ path: String, _ suffix: String) -> String {
      isOneOfMany && path != "-" ? "\(path)/\(name).\(suffix)" : path
    }
    csvPath = options.output.map { place($0, "csv") } ?? "\(name).csv"
    statesPath = options.states.map { place($0, "npz") }
    isQuiet = options.quiet
  }

  private static func selected(
    _ solvers: [NamedSolver], _ names: [String], path: String
  ) throws -> [NamedSolver] {
    guard !names.isEmpty else { return solvers }
    return try names.map { name in
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

  /// Refuses outputs that cannot be written or that several scenarios would share, before any work.
  static func checkOutputs(_ plans: [RunPlan]) throws {
    let paths = plans.flatMap { [$0.csvPath, $0.statesPath].compactMap { $0 } }
      .filter { $0 != "-" }
    if let path = paths.first(where: { path in paths.count { $0 == path } > 1 }) {
      throw CommandFailure(
        ["two outputs would be written to \"\(path)\": give scenarios different names"], .usage)
    }
    for path in paths {
      do throws(OutputError) {
        try OutputFile.checkWritable(path)
      } catch {
        throw CommandFailure(error)
      }
    }
  }

  /// Runs the solvers, writes the outputs and returns a line for every solver that failed.
  func run() throws -> [String] {
    let simulation = try simulation()
    var progress = ProgressBar(loaded.scenario.name, isVisible: !isQuiet)
    let trajectories = simulation.run { progress.update($0) }
    progress.finish()
    try write(trajectories, simulation)
    return trajectories.compactMap { trajectory in
      trajectory.failure.map { "\(loaded.path): \(trajectory.solver): \($0)" }
    }
  }

  private func simulation() throws -> Simulation {
    let prepared: PreparedProblem
    do throws(NumericsError) {
      prepared = try PreparedProblem(loaded.problem)
    } catch {
      throw CommandFailure(["\(loaded.path): \(error)"], .failed)
    }
    let scenario = loaded.scenario
    return Simulation(
      prepared: prepared, solvers: solvers, times: scenario.times,
      observables: scenario.observables.map(Observables.named)
        ?? Observables.defaults(for: loaded.problem),
      stopCondition: scenario.stopCondition, keepsStates: statesPath != nil)
  }

  private func write(_ trajectories: [Trajectory], _ simulation: Simulation) throws {
    let csv = TrajectoryCSV.text(trajectories, observables: simulation.observables)
    let summary = Summary(loaded.scenario, simulation, trajectories)
    let archive = try statesPath.map { ($0, try states(trajectories)) }
    do throws(OutputError) {
      try OutputFile.write(Array(csv.utf8), to: csvPath == "-" ? "/dev/stdout" : csvPath)
      if let (path, bytes) = archive { try OutputFile.write(bytes, to: path) }
    } catch {
      throw CommandFailure(error)
    }
    guard !isQuiet else { return }
    let peak = MemoryEstimate.text(Double(SystemMemory.peak))
    let lines = summary.lines + ["", "memory: \(peak) at most; wrote \(csvPath)"]
    if csvPath == "-" {
      for line in lines { Console.error(line) }
    } else {
      try Console.output(lines)
    }
  }

  private func states(_ trajectories: [Trajectory]) throws -> [UInt8] {
    do throws(NumpyFileError) {
      return try StatesFile.bytes(
        trajectories, problem: loaded.problem, scenario: loaded.scenario)
    } catch {
      throw CommandFailure(["\(loaded.path): \(error)"], .failed)
    }
  }
}
