import DynIO
import DynText
import Dynamics

/// The outputs of one scenario of `dyn simulate`: where they go, and writing them so that nothing
/// that was computed is lost to what fails after it.
struct RunOutputs {
  let csv: OutputPlan.Output
  let statesPath: String?
  let plotPath: String?
  /// Whether the user named the files; with several scenarios only their folder is.
  private let isNamed: Bool

  init(_ run: ScenarioRun, options: SimulateCommand, isOneOfMany: Bool) {
    let name = FilePath.safeName(run.name)
    func place(_ path: String, _ suffix: String) -> String {
      isOneOfMany && !path.isEmpty && !OutputFile.isStandardOutput(path)
        ? FilePath.joined("\(name).\(suffix)", to: path) : path
    }
    isNamed = !isOneOfMany
    csv =
      options.output.map { OutputPlan.Output(place($0, "csv"), isNamed: !isOneOfMany) }
      ?? OutputPlan.Output("\(name).csv", isNamed: false)
    statesPath = options.states.map { place($0, "npz") }
    plotPath = options.plot.map { place($0, "svg") }
  }

  /// Whether standard output is taken by the CSV.
  private var printsCSV: Bool { OutputFile.isStandardOutput(csv.path) }

  /// Every path, in the order of writing; `-` is standard output.
  var paths: [String] { [csv.path] + [statesPath, plotPath].compactMap { $0 } }

  /// Refuses outputs that cannot be written, or that are inputs or other outputs, before any work.
  static func check(_ outputs: [RunOutputs], inputs: [String]) throws {
    try OutputPlan.checkFiles(outputs.flatMap { [$0.statesPath, $0.plotPath] })
    if outputs.count > 1, outputs.contains(where: \.printsCSV) {
      throw CommandFailure(
        ["several scenarios do not share standard output: give -o a folder"], .usage)
    }
    for path in outputs.compactMap(\.plotPath) { try FigureFormat.checkDrawable(path) }
    let files = outputs.flatMap { output in
      [output.csv]
        + [output.statesPath, output.plotPath].compactMap { $0 }
        .map { .init($0, isNamed: output.isNamed) }
    }
    try OutputPlan(files, inputs: inputs).checkForCommand()
  }

  /// Runs the scenario and writes trajectory, states, summary and figure, in this order.
  ///
  /// - Returns: what failed; the rest is written all the same.
  func perform(_ run: ScenarioRun, ledger: OutputLedger, isQuiet: Bool) -> [CommandFailure] {
    let file: TrajectoryOutput
    do {
      file = try TrajectoryOutput(csv.path, run)
    } catch {
      return [CommandFailure(error, path: run.path)]
    }
    let results = compute(run, into: file, ledger: ledger, isQuiet: isQuiet)
    let refusals = results.compactMap(\.refusal)
    let solverFailures = results.compactMap { $0.solverFailure(path: run.path) }
    // Nothing was computed: what an earlier run has written stays.
    if refusals.count == results.count { return refusals }
    if results.allSatisfy(\.isEmpty) { return refused(refusals) + solverFailures }
    var failures = FailureList(path: run.path)
    var written: [String] = []
    func write(_ path: String, _ work: () throws -> Void) {
      guard failures.attempt(work) else { return }
      ledger.wrote(path)
      written.append(path)
    }
    write(csv.path) { try file.commit() }
    if let statesPath {
      write(statesPath) { try OutputFile.write(results.states(of: run), to: statesPath) }
    }
    let report = RunReport(run, results, goesToError: printsCSV)
    let isShown = !isQuiet && failures.attempt { try report.showSummary() }
    if let plotPath {
      write(plotPath) {
        try OutputFile.write(results.figure(of: run, FigureFormat.of(plotPath)), to: plotPath)
      }
    }
    if isShown { failures.attempt { try report.showEnding(written: written) } }
    return refused(refusals) + solverFailures + failures.all
  }

  /// The scenario is valid for some: what the others could not do is a failure of the run.
  private func refused(_ refusals: [CommandFailure]) -> [CommandFailure] {
    refusals.map { CommandFailure($0.lines, .failed) }
  }

  private func compute(
    _ run: ScenarioRun, into file: TrajectoryOutput, ledger: OutputLedger, isQuiet: Bool
  ) -> [MemberResult] {
    let progress = ProgressBar(run.name, isVisible: !isQuiet)
    defer { progress.finish() }
    let keeping = MemberResult.Parts(
      states: statesPath != nil, rows: plotPath != nil || !run.isSweep, simulation: !run.isSweep)
    var count = 0
    return run.results(keeping: keeping, progress: progress) { result in
      file.append(result)
      count += 1
      if run.isSweep { ledger.reached("\(count) of \(run.sweep.members.count) members") }
    }
  }
}
