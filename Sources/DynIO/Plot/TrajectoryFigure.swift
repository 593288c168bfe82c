import DynText

/// Figures of trajectory CSVs, drawn by gnuplot.
public enum TrajectoryFigure {
  /// The figure's bytes. Every table with the columns of `dyn simulate` has one: where nothing is
  /// defined it says so.
  ///
  /// - Parameters:
  ///   - names: the observables to draw; all when empty.
  ///   - note: is called with a sentence for whatever of the table is not drawn.
  /// - Throws: `FigureError` for a table that is none, an observable that it does not have, and a
  ///   gnuplot that is missing or fails.
  public static func bytes(
    csv: String, title: String, format: FigureFormat, only names: [String] = [],
    note: (String) -> Void = { _ in }
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
    (table.notes + figure.notes).forEach(note)
    return try figure.bytes(format)
  }
}

extension Figure {
  /// The figure as gnuplot draws it, with the legend of a terminal below.
  ///
  /// - Throws: `FigureError` for a text that no figure can hold, and a gnuplot that is missing or
  ///   fails.
  func bytes(_ format: FigureFormat) throws(FigureError) -> [UInt8] {
    guard format != .terminal else {
      let script = TerminalScript(figure: self)
      return try Gnuplot.run(FigureError.checked(script.text), format: format)
        + Array(script.legend.utf8)
    }
    let script = GnuplotScript(figure: self, format: format)
    return try Gnuplot.run(FigureError.checked(script.text), format: format)
  }
}

extension FigureError {
  /// A script, or the text in it that no figure can hold as an error of a figure.
  static func checked(
    _ script: () throws(GnuplotText.Fault) -> String
  ) throws(FigureError) -> String {
    do throws(GnuplotText.Fault) {
      return try script()
    } catch {
      throw .text(error.description)
    }
  }
}
