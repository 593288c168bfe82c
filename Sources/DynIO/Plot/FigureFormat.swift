/// What a figure is written as.
public enum FigureFormat: String, Sendable, CaseIterable {
  case svg
  case png
  case pdf
  /// Characters for a terminal.
  case terminal

  /// The format of a file name's extension; nil for another extension.
  public init?(path: String) {
    guard let dot = path.lastIndex(of: "."),
      let format = FigureFormat(rawValue: path[path.index(after: dot)...].lowercased()),
      format != .terminal
    else { return nil }
    self = format
  }
}

/// Figures of trajectory CSVs, drawn by gnuplot.
public enum TrajectoryFigure {
  /// The figure's bytes.
  ///
  /// - Parameter names: the observables to draw; all when empty.
  /// - Throws: `FigureError` for a table that is none, an observable that it does not have, and a
  ///   gnuplot that is missing or fails.
  public static func bytes(
    csv: String, title: String, format: FigureFormat, only names: [String] = []
  ) throws(FigureError) -> [UInt8] {
    let table: TrajectoryTable
    do throws(CSVTable.Fault) {
      table = try TrajectoryTable(try CSVTable(csv))
    } catch {
      throw .table(error.description)
    }
    if let missing = names.first(where: { !table.observables.contains($0) }) {
      throw .unknownObservable(missing, known: table.observables)
    }
    let figure = Figure(table, title: title, only: names)
    guard !figure.panels.isEmpty else { throw .table("there is nothing finite to draw") }
    return try Gnuplot.run(GnuplotScript(figure: figure, format: format).text)
  }
}

/// Why a figure could not be drawn.
public enum FigureError: Error, Sendable {
  /// The table is none that `dyn simulate` wrote.
  case table(String)
  /// An observable that the table does not have.
  case unknownObservable(String, known: [String])
  /// gnuplot is not installed.
  case gnuplotMissing
  /// gnuplot failed, with its own words.
  case gnuplotFailed(String)
}
