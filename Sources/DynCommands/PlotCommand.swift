import ArgumentParser
import DynIO
import Dynamics

/// `dyn plot`.
struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw a trajectory CSV: a panel an observable, a line a solver or sweep value.",
    discussion: """
      The closed form is a line, numeric solvers are markers on it. Axes are logarithmic where the \
      data span decades. A sweep over seeds is drawn as mean and band. gnuplot does the drawing.
      """)

  @Argument(
    help: "A CSV that dyn simulate wrote; - is standard input.",
    completion: .file(extensions: ["csv"]))
  var csv: String

  @Option(
    name: [.short, .long], help: "The figure: svg, png or pdf by its extension.",
    completion: .file(extensions: ["svg", "png", "pdf"]))
  var output: String?

  @Flag(help: "Draw with characters on standard output instead.")
  var terminal = false

  @Option(
    name: .customLong("observable"), help: "Draw only this observable; may be repeated.")
  var observables: [String] = []

  func validate() throws {
    guard terminal != (output != nil) else {
      throw ValidationError("Give either -o FIGURE or --terminal.")
    }
  }

  func run() throws {
    let format = try output.map { try FigureFormat.of($0) } ?? .terminal
    if let output {
      try FigureFormat.checkDrawable(output)
      try OutputPlan([.init(output)], inputs: [csv]).checkForCommand()
    }
    let ledger = OutputLedger(output.map { [$0] } ?? [])
    let figure = try format.figure(
      try text(), title: ScenarioFile.name(of: csv), only: observables, path: csv)
    guard let output else {
      return try Console.output(Console.lines(of: String(decoding: figure, as: UTF8.self)))
    }
    do throws(OutputError) {
      try OutputFile.write(figure, to: output)
    } catch {
      throw CommandFailure(error)
    }
    ledger.wrote(output)
  }

  private func text() throws -> String {
    do throws(InputError) {
      return String(decoding: try InputFile.read(csv), as: UTF8.self)
    } catch {
      throw CommandFailure([error.description], .unreadableInput)
    }
  }
}

extension FigureFormat {
  /// The format of a path, or a usage error.
  static func of(_ path: String) throws -> FigureFormat {
    guard let format = FigureFormat(path: path) else {
      throw CommandFailure(
        ["\"\(path)\" has no extension of a figure: end it in .svg, .png or .pdf"], .usage)
    }
    return format
  }

  /// Refuses a figure before any work: one of an unknown format, or without gnuplot.
  static func checkDrawable(_ path: String) throws {
    _ = try of(path)
    guard Gnuplot.isAvailable else { throw FigureError.gnuplotMissing.failure(path: path) }
  }

  /// A figure with the errors of a command.
  func figure(
    _ csv: String, title: String, only names: [String], path: String
  ) throws -> [UInt8] {
    do throws(FigureError) {
      return try TrajectoryFigure.bytes(
        csv: csv, title: title, format: self, only: names
      ) { Console.error("\(path): \($0)") }
    } catch {
      throw error.failure(path: path)
    }
  }
}

extension FigureError {
  /// The error as that of a command that draws what a path names.
  func failure(path: String) -> CommandFailure {
    switch self {
    case .table, .text: CommandFailure(["\(path): \(description)"], .invalidScenario)
    case .unknownObservable: CommandFailure(["\(path): \(description)"], .usage)
    case .gnuplotMissing, .gnuplotFailed, .noFolder: CommandFailure([description], .failed)
    }
  }
}
