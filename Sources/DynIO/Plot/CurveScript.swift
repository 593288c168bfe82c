/// The data of a figure's lines in a gnuplot script, and how each is drawn in a panel.
struct CurveScript {
  let figure: Figure

  /// Markers on a line: few enough to see the line between them.
  private static let markerCount = 20
  /// gnuplot's number of the dash of an expectation.
  static let expectationDash = 2

  /// One block a line: time, then a column an observable, then the bands' columns.
  var dataBlocks: [String] {
    figure.lines.enumerated().flatMap { index, line -> [String] in
      let bands = line.band.map { $0.lower + $0.upper } ?? []
      let rows = line.times.indices.map { row in
        ([line.times[row]] + (line.values + bands).map { $0[row] })
          .map { $0.isFinite ? "\($0)" : "NaN" }.joined(separator: " ")
      }
      return ["$line\(index) << EOD"] + rows + ["EOD"]
    }
  }

  /// The plots of one line in a panel; `title` is its quoted name, or nil for a line without one.
  func plots(_ index: Int, _ panel: Figure.Panel, title: String?) -> [String] {
    let line = figure.lines[index]
    let color = "lc rgb '\(figure.palette.color(line.color))'"
    let name = title.map { "title \($0) noenhanced" } ?? "notitle"
    let source = "$line\(index) using 1:\(panel.column + 2)"
    switch line.style {
    case .line, .dashes:
      let dash = line.style == .line ? figure.palette.dash(line.color) : Self.expectationDash
      let curve = hasSegment(line, panel) ? "lines lw 2 dt \(dash)" : "points pt 7 ps 0.7"
      return band(index, panel, color) + ["\(source) with \(curve) \(color) \(name)"]
        + zeros(index, panel, "pt 7 ps 0.4 \(color)")
    case .markers:
      let every = max(line.times.count / Self.markerCount, 1)
      let shape = FigurePalette.shape(line.marker)
      return ["\(source) every \(every) with points pt \(shape) ps 0.7 \(color) \(name)"]
        + zeros(index, panel, "pt \(shape) ps 0.4 \(color)")
    }
  }

  /// Marks at the foot of a logarithmic axis where a line is zero.
  func zeros(_ index: Int, _ panel: Figure.Panel, _ look: String) -> [String] {
    let line = figure.lines[index]
    guard case .logarithmic(let foot?) = panel.content, line.values[panel.column].contains(0),
      !(panel.isError && line.style == .line)
    else { return [] }
    let column = panel.column + 2
    return [
      "$line\(index) using 1:(column(\(column)) == 0 ? \(foot) : NaN) with points \(look) notitle"
    ]
  }

  private func band(_ index: Int, _ panel: Figure.Panel, _ color: String) -> [String] {
    let line = figure.lines[index]
    guard let band = line.band, band.lower[panel.column].hasNumber else { return [] }
    let first = line.values.count + panel.column + 2
    return [
      "$line\(index) using 1:\(lowerEdge(first, line, panel)):\(first + line.values.count) "
        + "with filledcurves fs transparent solid 0.2 noborder \(color) notitle"
    ]
  }

  /// The column of a band's lower edge. On a logarithmic axis a band that reaches down to zero ends a
  /// decade below the line.
  private func lowerEdge(_ column: Int, _ line: Figure.Line, _ panel: Figure.Panel) -> String {
    guard case .logarithmic(let foot) = panel.content,
      let lowest = line.values[panel.column].filter({ $0 > 0 }).min()
    else { return "\(column)" }
    return "(column(\(column)) > 0 ? column(\(column)) : \(foot ?? lowest / 10))"
  }

  /// Whether two rows in succession can be joined: a single point is no line.
  private func hasSegment(_ line: Figure.Line, _ panel: Figure.Panel) -> Bool {
    let scale = FigureScale(timeIsLogarithmic: figure.timeIsLogarithmic)
    let values = line.values[panel.column]
    var previous = false
    for (time, value) in zip(line.times, values) {
      let isShown =
        scale.shows(time: time) && (panel.content == .linear ? !value.isNaN : value > 0)
      if isShown && previous { return true }
      previous = isShown
    }
    return false
  }
}
