public import ArgumentParser
import DynIO
public import Dynamics

/// `dyn geometry`.
struct GeometryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "geometry",
    abstract: "Print where training ends up: norms, angles and margins in closed form.",
    discussion: """
      The max-margin geometry of the losses cross_entropy, cdt, ldt, vs, la, ldam and focal \
      without weight decay, their ridge geometry with it, and the global minimiser of mse with \
      any number of linear layers. Nothing is trained, and the solvers of the scenario are not \
      looked at. A sweep gives a row, a line of the CSV or a point of the figure a member.
      """)

  /// How the geometry is printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
    case csv
  }

  @OptionGroup var options: ScenarioOptions

  @Option(help: "How the geometry is printed.")
  var format = Format.table

  @Option(
    name: [.short, .long], help: "Write there instead of to standard output.",
    completion: .file(extensions: ["csv", "json"]))
  var output: String?

  @Option(
    help: "NumPy archive for Gram matrices and logits.", completion: .file(extensions: ["npz"]))
  var states: String?

  @Option(
    help: """
      Figure (svg, png or pdf): heat maps of the Gram matrices, or curves against a swept number.
      """, completion: .file(extensions: ["svg", "png", "pdf"]))
  var plot: String?

  @Option(
    help: """
      Solve for the power of delta_c = n_c^power (equal_norms, orthogonal_minorities, etf) or for \
      the weight decay (minority_collapse) that reaches a goal.
      """)
  var solve: DesignGoal?

  func validate() throws {
    guard options.scenarios.count == 1 else { throw ValidationError("Give one scenario.") }
  }

  func run() throws {
    let path = options.scenarios[0]
    let run = GeometryRun(
      path: path, sweep: try options.sweep(path, makesProblem: false), goal: solve)
    try checkOutputs(run)
    let ledger = OutputLedger(outputs.map(\.path))
    let report = try run.report(threads: options.threadCount)
    let text =
      switch format {
      case .table: report.lines.map { $0 + "\n" }.joined()
      case .json: JSONWriter.text(report.json, indented: true) + "\n"
      case .csv: report.csv
      }
    var failures = FailureList(path: path)
    func write(_ place: String, _ work: () throws -> Void) {
      if failures.attempt(work) { ledger.wrote(place) }
    }
    if let output, !OutputFile.isStandardOutput(output) {
      write(output) { try OutputFile.write(text.utf8, to: output) }
    } else if format == .table {
      failures.attempt { try Console.output(report.lines) }
    } else {
      failures.attempt { try Console.output(document: text) }
    }
    if let states {
      write(states) { try OutputFile.write(try GeometryStates.bytes(report), to: states) }
    }
    if let plot {
      let name = ScenarioFile.name(of: path)
      write(plot) {
        try OutputFile.write(try FigureFormat.of(plot).figure(report, title: name), to: plot)
      }
    }
    if let failure = CommandFailure(failures.all) { throw failure }
  }

  private var outputs: [OutputPlan.Output] {
    [output, states, plot].compactMap { $0 }.map { .init($0) }
  }

  private func checkOutputs(_ run: GeometryRun) throws {
    try OutputPlan.checkFiles([states, plot])
    if let plot { try FigureFormat.checkDrawable(plot) }
    try OutputPlan(outputs, inputs: run.inputs).checkForCommand()
  }
}

extension DesignGoal: ExpressibleByArgument {}

extension FigureFormat {
  /// A figure of geometries with the errors of a command.
  func figure(_ report: GeometryReport, title: String) throws -> [UInt8] {
    do throws(FigureError) {
      return try GeometryFigure.bytes(report, title: title, format: self)
    } catch {
      throw error.failure(path: title)
    }
  }
}
