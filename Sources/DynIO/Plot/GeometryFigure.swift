import DynNumerics
import Dynamics

/// Figures of geometries, drawn by gnuplot: heat maps of one, curves of a sweep.
public enum GeometryFigure {
  private static let curves = [
    "rank", "squared_norm_ratio_w", "squared_norm_ratio_h", "cos_w_majority", "cos_w_minority",
    "cos_w_mixed", "cos_h_majority", "cos_h_minority", "cos_h_mixed", "etf_distance_w",
    "etf_distance_h", "max_margin_distance_w", "max_margin_distance_h",
  ]

  /// The figure's bytes: curves where a number is swept, else heat maps of the Gram matrices.
  ///
  /// - Throws: `FigureError` for a sweep without a number, and a gnuplot that is missing or fails.
  public static func bytes(
    _ report: GeometryReport, title: String, format: FigureFormat
  ) throws(FigureError) -> [UInt8] {
    guard let first = report.members.first else { throw .table("there is nothing to draw") }
    guard report.keys.isEmpty else {
      return try curves(report, title: title, format: format)
    }
    let geometry = first.answer.geometry
    let maps = [
      ("prototypes W'W", geometry.gramPrototypes), ("class means M'M", geometry.gramClassMeans),
      ("logits W'M", geometry.logits),
    ]
    return try Gnuplot.run(HeatMapScript(title: title, maps: maps, format: format).text)
  }

  /// The last swept key with numbers is the axis; the others tell the lines apart.
  private static func curves(
    _ report: GeometryReport, title: String, format: FigureFormat
  ) throws(FigureError) -> [UInt8] {
    let axis = report.keys.indices.last { index in
      report.members.allSatisfy {
        if case .number = $0.assignments[index].value { true } else { false }
      }
    }
    guard let axis else {
      throw .table("a figure of a sweep needs a key whose values are numbers")
    }
    var figure = Figure(
      TrajectoryTable(report, axis: axis, names: curves), title: title, only: [])
    guard !figure.panels.isEmpty else { throw .table("there is nothing finite to draw") }
    figure.axisTitle = report.keys[axis]
    return try Gnuplot.run(GnuplotScript(figure: figure, format: format).text)
  }
}

extension TrajectoryTable {
  /// The quantities of a sweep along one of its keys.
  fileprivate init(_ report: GeometryReport, axis: Int, names: [String]) {
    var keys = report.keys
    keys.remove(at: axis)
    let quantities = names.compactMap { name in
      GeometryQuantity.all.first { $0.name == name }
    }
    var series: [Series] = []
    for member in report.members {
      var values = member.assignments.map(\.value.sweepText)
      values.remove(at: axis)
      guard case .number(let number) = member.assignments[axis].value else { continue }
      let index = series.firstIndex { $0.sweepValues == values } ?? series.count
      if index == series.count {
        series.append(
          Series(sweepValues: values, solver: "geometry", values: quantities.map { _ in [] }))
      }
      series[index].times.append(number)
      for (column, quantity) in quantities.enumerated() {
        // Distances that are zero up to rounding would make the axis logarithmic.
        let value = quantity.value(member.answer)
        series[index].values[column].append(abs(value) < 1e-12 ? 0 : value)
      }
    }
    self.init(sweepKeys: keys, observables: names, series: series)
  }
}

/// Matrices as heat maps, white at zero.
struct HeatMapScript {
  let title: String
  let maps: [(title: String, matrix: Matrix)]
  let format: FigureFormat

  var text: String {
    var lines = maps.enumerated().flatMap { index, map -> [String] in
      let rows = (0..<map.matrix.rows).map { row in
        map.matrix.elements[map.matrix.range(ofRow: row)].map { "\($0)" }.joined(separator: " ")
      }
      return ["$map\(index) << EOD"] + rows + ["EOD"]
    }
    lines += [
      format.terminal(width: 420 * maps.count, height: 380), "set encoding utf8", "unset key",
      "set multiplot layout 1,\(maps.count) title \(GnuplotScript.quoted(title)) font ',14' noenhanced",
      "set palette defined (-1 '#2166AC', 0 '#F7F7F7', 1 '#B2182B')", "set size ratio 1",
      "set tics out nomirror",
    ]
    for (index, map) in maps.enumerated() {
      let largest = map.matrix.elements.reduce(0) { max($0, abs($1)) }
      let bound = largest > 0 ? largest : 1
      lines += [
        "set title \(GnuplotScript.quoted(map.title)) noenhanced",
        "set xrange [-0.5:\(Double(map.matrix.columns) - 0.5)]",
        "set yrange [\(Double(map.matrix.rows) - 0.5):-0.5]", "set cbrange [\(-bound):\(bound)]",
        "plot $map\(index) matrix with image",
      ]
    }
    return (lines + ["unset multiplot"]).joined(separator: "\n") + "\n"
  }
}

extension FigureFormat {
  /// gnuplot's terminal for a size in pixels.
  func terminal(width: Int, height: Int) -> String {
    switch self {
    case .svg:
      "set terminal svg size \(width),\(height) enhanced font 'Helvetica,11' background '#FFFFFF'"
    case .png: "set terminal pngcairo size \(width),\(height) enhanced font 'Helvetica,11'"
    case .pdf:
      "set terminal pdfcairo size \(Double(width) / 80)in,\(Double(height) / 80)in "
        + "enhanced font 'Helvetica,11'"
    case .terminal: "set terminal dumb size 100,24 noenhanced"
    }
  }
}
