import DynNumerics
import DynText

/// Matrices as heat maps, white at zero.
struct HeatMapScript {
  let title: String
  let maps: [(title: String, matrix: Matrix)]
  let format: FigureFormat

  /// The script.
  ///
  /// - Throws: `GnuplotText.Fault` for a text that no figure can hold.
  func text() throws(GnuplotText.Fault) -> String {
    var lines = maps.enumerated().flatMap { index, map in block(index, map.matrix) }
    lines += [
      format.terminal(width: 420 * maps.count, height: 380), "set encoding utf8", "unset key",
      "set multiplot layout 1,\(maps.count) title \(try GnuplotText.quoted(title)) font ',14' "
        + "noenhanced", "set palette defined (-1 '#2166AC', 0 '#F7F7F7', 1 '#B2182B')",
      "set size ratio 1", "set tics out nomirror",
    ]
    for (index, map) in maps.enumerated() {
      lines += ["set title \(try GnuplotText.quoted(map.title)) noenhanced"]
      lines += panel(index, map.matrix)
    }
    return (lines + ["unset multiplot"]).joined(separator: "\n") + "\n"
  }

  private func block(_ index: Int, _ matrix: Matrix) -> [String] {
    let rows = (0..<matrix.rows).map { row in
      matrix.elements[matrix.range(ofRow: row)].map { number in
        let drawn = FigureScale.drawable(number)
        return drawn.isNaN ? "NaN" : "\(drawn)"
      }.joined(separator: " ")
    }
    return ["$map\(index) << EOD"] + rows + ["EOD"]
  }

  private func panel(_ index: Int, _ matrix: Matrix) -> [String] {
    let sizes = matrix.elements.map { abs(FigureScale.drawable($0)) }.filter { !$0.isNaN }
    let largest = sizes.max() ?? 0
    let bound = largest > 0 ? largest : 1
    let ranges = [
      "set xrange [-0.5:\(Double(matrix.columns) - 0.5)]",
      "set yrange [\(Double(matrix.rows) - 0.5):-0.5]", "set cbrange [\(-bound):\(bound)]",
    ]
    guard sizes.isEmpty else { return ranges + ["plot $map\(index) matrix with image"] }
    return ranges + [
      "set label 1 '\(Figure.Panel.undefined)' at graph 0.5,0.5 center", "plot NaN notitle",
      "unset label 1",
    ]
  }
}
