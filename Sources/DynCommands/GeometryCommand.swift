public import ArgumentParser
import DynIO
public import Dynamics
import NumpyFiles

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
    try checkOutputs(path)
    let report = try GeometryRun(path: path, goal: solve).report(options)
    let text =
      switch format {
      case .table: report.lines.map { $0 + "\n" }.joined()
      case .json: JSONWriter.text(report.json, indented: true) + "\n"
      case .csv: report.csv
      }
    let archive = try states.map { ($0, try Self.archive(report, path)) }
    let name = ScenarioFile.name(of: path)
    let figure = try plot.map { ($0, try FigureFormat.of($0).figure(report, title: name)) }
    if output == nil || output == "-" { try Console.output(text) }
    do throws(OutputError) {
      if let output, output != "-" { try OutputFile.write(Array(text.utf8), to: output) }
      for (place, bytes) in [archive, figure].compactMap({ $0 }) {
        try OutputFile.write(bytes, to: place)
      }
    } catch {
      throw CommandFailure(error)
    }
  }

  private func checkOutputs(_ path: String) throws {
    let places = [output, states, plot].compactMap { $0 }.filter { $0 != "-" }
    if states == "-" || plot == "-" {
      throw CommandFailure(
        ["states and figures do not go to standard output: give a file's name"], .usage)
    }
    if let place = places.first(where: { place in
      place == path || places.count { $0 == place } > 1
    }) {
      throw CommandFailure(
        ["\"\(place)\" is the scenario or written twice: give each output a name of its own"],
        .usage)
    }
    if let plot { _ = try FigureFormat.of(plot) }
    for place in places {
      do throws(OutputError) {
        try OutputFile.checkWritable(place)
      } catch {
        throw CommandFailure(error)
      }
    }
  }

  private static func archive(_ report: GeometryReport, _ path: String) throws -> [UInt8] {
    do throws(NumpyFileError) {
      return try GeometryStates.bytes(report)
    } catch {
      throw CommandFailure(["\(path): \(error)"], .failed)
    }
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
