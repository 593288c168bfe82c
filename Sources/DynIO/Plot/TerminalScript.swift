import DynText

/// A figure in characters: a plot a panel below each other.
///
/// A few lines are drawn with gnuplot's own characters and its key at the side. Where it would have
/// to use a character twice, each line has a letter, and the letters are explained below.
struct TerminalScript {
  let figure: Figure

  /// Lines that gnuplot tells apart, and labels that its key holds beside a plot.
  private static let plainLimit = 6
  private static let keyLabelLimit = 26
  private static let letters = (0..<26).map { Character(Unicode.Scalar(UInt8(ascii: "A") + $0)) }
  /// Columns of a terminal, and the longest label below the plots.
  private static let width = 100
  private static let labelLimit = 40

  private var usesLetters: Bool { figure.lines.count > Self.plainLimit }

  /// The lines that have a letter.
  private var selection: Selection {
    Selection(of: figure.lines.count, atMost: Self.letters.count)
  }

  /// The script.
  ///
  /// - Throws: `GnuplotText.Fault` for a text that no figure can hold.
  func text() throws(GnuplotText.Fault) -> String {
    let curves = CurveScript(figure: figure)
    var lines = curves.dataBlocks
    lines += [FigureFormat.terminal.terminal(width: 0, height: 0)]
    lines += GnuplotScript.settings(figure)
    // A mark at the foot of an axis shows only above the frame.
    lines += ["set border 31 back"] + (usesLetters ? [] : ["set key top outside"])
    let letters = Dictionary(uniqueKeysWithValues: zip(selection.indices, Self.letters))
    for panel in figure.panels {
      lines += try PanelScript(figure: figure, panel: panel).lines {
        index throws(GnuplotText.Fault) in
        guard usesLetters else {
          let label = figure.lines[index].label
          return curves.plots(
            index, panel, title: try GnuplotText.quoted(label, limit: Self.keyLabelLimit))
        }
        return letters[index].map { lettered(index, panel, $0, curves) } ?? []
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func lettered(
    _ index: Int, _ panel: Figure.Panel, _ letter: Character, _ curves: CurveScript
  ) -> [String] {
    ["$line\(index) using 1:\(panel.column + 2) with points pt '\(letter)' notitle"]
      + curves.zeros(index, panel, "pt '\(letter)'")
  }

  /// What the letters stand for, wrapped to the terminal's width; empty without letters.
  var legend: String {
    guard usesLetters else { return "" }
    var rows = [""]
    for (index, letter) in zip(selection.indices, Self.letters) {
      let label = TerminalText.line(figure.lines[index].label, limit: Self.labelLimit)
      let entry = "\(letter) \(label)"
      let isFirst = rows[rows.count - 1].isEmpty
      if !isFirst, rows[rows.count - 1].count + entry.count + 3 > Self.width { rows.append("") }
      rows[rows.count - 1] += (rows[rows.count - 1].isEmpty ? "" : "   ") + entry
    }
    let omitted = figure.lines.count - selection.indices.count
    if omitted > 0 { rows.append("\(omitted) of \(figure.lines.count) lines are left out") }
    return "\n" + rows.map { $0 + "\n" }.joined()
  }
}
