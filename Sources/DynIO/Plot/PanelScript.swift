import DynText

/// One panel of a figure in a gnuplot script.
struct PanelScript {
  let figure: Figure
  let panel: Figure.Panel

  /// The commands that draw it, with what draws each line.
  ///
  /// - Throws: `GnuplotText.Fault` for a text that no figure can hold.
  func lines(
    _ curves: (Int) throws(GnuplotText.Fault) -> [String]
  ) throws(GnuplotText.Fault) -> [String] {
    let limit = GnuplotScript.panelTitleLimit
    let names = [
      "set title \(try GnuplotText.quoted(panel.title, limit: limit)) noenhanced",
      "set xlabel \(try GnuplotText.quoted(figure.axisTitle, limit: limit)) noenhanced",
    ]
    if case .message(let message) = panel.content { return try names + lines(message) }
    var plots: [String] = []
    for index in figure.lines.indices { plots += try curves(index) }
    return scale + names + ["plot " + plots.joined(separator: ", \\\n  ")]
  }

  private var scale: [String] {
    guard case .logarithmic(let foot) = panel.content else {
      return ["unset logscale y", "set format y '%g'", "set yrange [*:*]"]
    }
    return [
      "set logscale y", "set format y '10^{%T}'", "set yrange [\(foot.map { "\($0)" } ?? "*"):*]",
    ]
  }

  /// An empty frame with a message in its middle.
  private func lines(_ message: String) throws(GnuplotText.Fault) -> [String] {
    let text = try GnuplotText.quoted(message)
    return [
      "unset logscale y", "set format y ''", "set yrange [0:1]", "set xrange [\(times)]",
      "set label 1 \(text) at graph 0.5,0.5 center noenhanced", "plot NaN notitle",
      "unset label 1", "set xrange [*:*]", "set yrange [*:*]",
    ]
  }

  /// The range of all times, as in the other panels.
  private var times: String {
    let scale = FigureScale(timeIsLogarithmic: figure.timeIsLogarithmic)
    let times = figure.lines.flatMap(\.times).filter(scale.shows)
    guard let first = times.min(), let last = times.max(), first < last else { return "0:1" }
    return "\(first):\(last)"
  }
}
