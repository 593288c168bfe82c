import ArgumentParser
import DynIO
import Dynamics

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
    help: "Figure of the trajectory (svg, png or pdf). With several scenarios, a folder.",
    completion: .file(extensions: ["svg", "png", "pdf"]))
  var plot: String?

  @Option(
    name: .customLong("solver"), help: "Run only the solver of this name; may be repeated.")
  var solverNames: [String] = []

  @Flag(help: "Print no summary and no progress.")
  var quiet = false

  func run() throws {
    let runs = try options.loaded { path, sweep in
      try ScenarioRun(
        sweep, path: path, solverNames: solverNames,
        threads: options.threadCount, keepsStates: states != nil, keepsRows: plot != nil)
    }
    let plans = runs.map { run in
      RunOutputs(run, options: self, isOneOfMany: runs.count > 1)
    }
    try RunOutputs.check(plans, inputs: runs.flatMap(\.inputs))
    let ledger = OutputLedger(plans.flatMap(\.paths))
    let failures = zip(runs, plans).flatMap { run, outputs in
      outputs.perform(run, ledger: ledger, isQuiet: quiet)
    }
    if let failure = CommandFailure(failures) { throw failure }
  }
}
