/// A figure as a gnuplot script with its data inside.
struct GnuplotScript {
  let figure: Figure
  let format: FigureFormat

  /// Colours that the common kinds of colour blindness tell apart (Okabe and Ito).
  private static let palette = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8A8A00",
  ]
  private static let markerShapes = [7, 5, 9, 13, 11, 2, 1, 3]
  /// Markers on a line: few enough to see the line between them.
  private static let markerCount = 20

  var text: String {
    var lines = dataBlocks + [terminal, "set encoding utf8", "set datafile missing 'NaN'"]
    lines += ["set grid lc rgb '#DDDDDD'", "set tics font ',9'", "unset key"]
    if figure.timeIsLogarithmic { lines += ["set logscale x", "set format x '10^{%T}'"] }
    if format == .terminal {
      lines += ["set key top outside"]
      lines += figure.panels.flatMap { panelLines($0) }
    } else {
      let (columns, rows) = layout
      lines.append(
        "set multiplot layout \(rows),\(columns) title \(quoted(figure.title)) font ',14' noenhanced"
      )
      lines += figure.panels.flatMap { panelLines($0) } + legend + ["unset multiplot"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One cell a panel and one for the legend.
  private var layout: (columns: Int, rows: Int) {
    let cells = figure.panels.count + 1
    let columns = cells <= 4 ? 2 : cells <= 6 || cells == 9 ? 3 : 4
    return (columns, (cells + columns - 1) / columns)
  }

  private var terminal: String {
    let (columns, rows) = layout
    return format.terminal(width: columns * 400, height: rows * 280 + 40)
  }

  /// One block a line: time, then a column an observable, then the bands' columns.
  private var dataBlocks: [String] {
    figure.lines.enumerated().flatMap { index, line -> [String] in
      let bands = line.band.map { $0.lower + $0.upper } ?? []
      let rows = line.times.indices.map { row in
        ([line.times[row]] + (line.values + bands).map { $0[row] })
          .map { $0.isFinite ? "\($0)" : "NaN" }.joined(separator: " ")
      }
      return ["$line\(index) << EOD"] + rows + ["EOD"]
    }
  }

  private func panelLines(_ panel: Figure.Panel) -> [String] {
    let scale =
      panel.isLogarithmic
      ? ["set logscale y", "set format y '10^{%T}'"] : ["unset logscale y", "set format y '%g'"]
    let curves = figure.lines.indices.flatMap { plots($0, panel.column) }
    return scale + [
      "set title \(quoted(panel.title)) noenhanced",
      "set xlabel \(quoted(figure.axisTitle)) noenhanced",
      "plot " + curves.joined(separator: ", \\\n  "),
    ]
  }

  private func plots(_ index: Int, _ column: Int) -> [String] {
    let line = figure.lines[index]
    let color = Self.palette[line.color % Self.palette.count]
    let title = "title \(quoted(line.label)) noenhanced"
    let source = "$line\(index) using 1:\(column + 2)"
    switch line.style {
    case .line:
      let dash = line.color / Self.palette.count + 1
      let band = line.band.map { _ in
        let first = line.values.count + column + 2
        return "$line\(index) using 1:\(first):\(first + line.values.count) "
          + "with filledcurves fs transparent solid 0.2 noborder lc rgb '\(color)' notitle"
      }
      return [band].compactMap { $0 } + [
        "\(source) with lines lw 2 dt \(dash) lc rgb '\(color)' \(title)"
      ]
    case .markers:
      let every = max(line.times.count / Self.markerCount, 1)
      let shape = Self.markerShapes[line.marker % Self.markerShapes.count]
      return [
        "\(source) every \(every) with points pt \(shape) ps 0.7 lc rgb '\(color)' \(title)"
      ]
    }
  }

  /// A cell with nothing but the key.
  private var legend: [String] {
    let entries =
      figure.lines.filter { $0.style == .line }.map { line in
        entry(
          "lines lw 2 dt \(dash(line))", Self.palette[line.color % Self.palette.count],
          line.memberLabel)
      } + markerEntries
    return [
      "unset logscale", "unset border", "unset tics", "unset xlabel", "unset title",
      "set key center center Left reverse samplen 3", "set xrange [0:1]", "set yrange [0:1]",
      "plot " + entries.joined(separator: ", \\\n  "),
    ]
  }

  /// One marker a numeric solver; black where colours stand for members.
  private var markerEntries: [String] {
    var seen: Set<String> = []
    let isSweep = figure.lines.contains { $0.style == .line && $0.memberLabel != $0.solver }
    return figure.lines.filter { $0.style == .markers && seen.insert($0.solver).inserted }.map {
      let shape = Self.markerShapes[$0.marker % Self.markerShapes.count]
      let color = isSweep ? "#000000" : Self.palette[$0.color % Self.palette.count]
      return entry("points pt \(shape) ps 0.9", color, $0.solver)
    }
  }

  private func entry(_ look: String, _ color: String, _ label: String) -> String {
    "NaN with \(look) lc rgb '\(color)' title \(quoted(label)) noenhanced"
  }

  private func dash(_ line: Figure.Line) -> Int { line.color / Self.palette.count + 1 }

  /// A gnuplot text: single quotes are doubled inside single quotes.
  static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''").replacing("\n", with: " ") + "'"
  }

  private func quoted(_ text: String) -> String { Self.quoted(text) }
}
