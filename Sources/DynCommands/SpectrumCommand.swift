import ArgumentParser
import DynIO
import DynNumerics
import Dynamics

/// `dyn spectrum`.
struct SpectrumCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spectrum",
    abstract: "Hessian spectra, total and class-wise, of the last output of the first solver.",
    discussion: """
      Prints smallest and largest eigenvalue, their ratio, index (eigenvalues below -1e-10) and \
      trace, a class a row, and whether the state is a global minimum. Spectra are exact up to \
      the dense limit and where features are collapsed; above, extremes come from Lanczos, which \
      says the residual that it reached, and densities from stochastic Lanczos quadrature.
      """)

  @OptionGroup var options: ScenarioOptions

  @Option(help: "How the report is printed.")
  var format = ReportFormat.table

  @Option(
    help: "Figure of the densities (svg, png or pdf) of a single scenario without a sweep.",
    completion: .file(extensions: ["svg", "png", "pdf"]))
  var plot: String?

  @Option(name: .customLong("solver"), help: "The solver whose last output is taken.")
  var solverName: String?

  @Option(help: "Unknowns up to which a Hessian's matrix is formed.")
  var denseLimit = SpectrumSettings().denseLimit

  @Option(help: "Lanczos steps at most.")
  var steps = SpectrumSettings().steps

  @Option(help: "Random probes of a density.")
  var probes = SpectrumSettings().probes

  @Option(help: "Seed of start vectors and probes.")
  var seed: UInt64 = SpectrumSettings().seed

  /// The most Lanczos steps, whose number enters cubed, and the most probes.
  private static let limit = 10_000

  private var settings: SpectrumSettings {
    SpectrumSettings(denseLimit: denseLimit, steps: steps, probes: probes, seed: seed)
  }

  func validate() throws {
    guard denseLimit >= 0, denseLimit <= 20_000 else {
      throw ValidationError("--dense-limit is from 0 to 20000, not \(denseLimit).")
    }
    guard (2...Self.limit).contains(steps) else {
      throw ValidationError("--steps is from 2 to \(Self.limit), not \(steps).")
    }
    guard (1...Self.limit).contains(probes) else {
      throw ValidationError("--probes is from 1 to \(Self.limit), not \(probes).")
    }
  }

  func run() throws {
    let sweeps = try options.loaded { (path: $0, sweep: $1) }
    let members = sweeps.flatMap { path, sweep in
      sweep.members.map { (path: path, member: $0) }
    }
    if let plot {
      try check(plot, members.count, inputs: sweeps.flatMap { [$0.path] + $0.sweep.arrayFiles })
    }
    let ledger = OutputLedger(plot.map { [$0] } ?? [])
    let settings = settings
    let progress = ProgressBar("spectrum", isVisible: true)
    let outcomes = members.concurrentMap(
      threads: options.threadCount, progress: { progress.update($0) }
    ) { entry, threads in
      SpectrumRun.outcome(
        entry.member, entry.path, solverName: solverName, settings: settings, threads: threads)
    }
    progress.finish()
    let (runs, refusals) = try outcomes.separated()
    var failures = FailureList(path: options.scenarios[0])
    failures.note(CommandFailure(refusing: refusals))
    failures.attempt {
      switch format {
      case .table: try Console.output(Array(runs.map(\.table.lines).joined(separator: [""])))
      case .json:
        // By what was asked for: one member that was refused does not change the form.
        let tables = runs.map(\.table.json)
        let json = members.count == 1 ? tables[0] : .list(tables)
        try Console.output(document: JSONWriter.text(json, indented: true) + "\n")
      }
    }
    if let plot, let run = runs.first {
      let isDrawn = failures.attempt {
        try OutputFile.write(try run.figure(FigureFormat.of(plot), settings), to: plot)
      }
      if isDrawn { ledger.wrote(plot) }
    }
    if let failure = CommandFailure(failures.all) { throw failure }
  }

  private func check(_ plot: String, _ count: Int, inputs: [String]) throws {
    guard count == 1 else {
      throw CommandFailure(
        ["--plot draws one state, not \(count): give one scenario without a sweep"], .usage)
    }
    try FigureFormat.checkDrawable(plot)
    try OutputPlan([.init(plot)], inputs: inputs).checkForCommand()
  }
}
