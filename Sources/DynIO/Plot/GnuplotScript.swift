import DynText

/// A figure as a gnuplot script with its data inside: panels in a grid, and a cell with the legend.
struct GnuplotScript {
  let figure: Figure
  let format: FigureFormat

  /// Scalars of a panel's title that its cell holds.
  static let panelTitleLimit = 46
  /// Scalars of the figure's title that one column holds.
  private static let titleLimit = 38

  /// The script.
  ///
  /// - Throws: `GnuplotText.Fault` for a text that no figure can hold.
  func text() throws(GnuplotText.Fault) -> String {
    let (columns, rows) = layout
    let curves = CurveScript(figure: figure)
    let title = try GnuplotText.quoted(figure.title, limit: columns * Self.titleLimit)
    var lines = curves.dataBlocks
    lines += [format.terminal(width: columns * 400, height: rows * 280 + 40)]
    lines += Self.settings(figure)
    lines += ["set multiplot layout \(rows),\(columns) title \(title) font ',14' noenhanced"]
    for panel in figure.panels {
      lines += try PanelScript(figure: figure, panel: panel).lines { index in
        curves.plots(index, panel, title: nil)
      }
    }
    lines += try Legend(figure).lines() + ["unset multiplot"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// What all panels share.
  static func settings(_ figure: Figure) -> [String] {
    ["set encoding utf8", "set datafile missing 'NaN'", "set grid lc rgb '#DDDDDD'"]
      + ["set tics font ',9'", "unset key"]
      + (figure.timeIsLogarithmic ? ["set logscale x", "set format x '10^{%T}'"] : [])
  }

  /// One cell a panel and one for the legend.
  private var layout: (columns: Int, rows: Int) {
    let cells = figure.panels.count + 1
    let columns = cells <= 4 ? 2 : cells <= 6 || cells == 9 ? 3 : 4
    return (columns, (cells + columns - 1) / columns)
  }
}
