public import DynNumerics
import DynText
import Dynamics

/// Spectral densities of Hessians on a logarithmic axis, drawn by gnuplot.
public enum SpectrumFigure {
  /// A density with its name in the key.
  public typealias Curve = (name: String, quadrature: SpectralQuadrature)

  private typealias Points = [(position: Double, density: Double)]

  /// Points on a curve.
  private static let pointCount = 401
  /// Densities below this share of the highest are not drawn.
  private static let floorShare = 1e-6
  /// The nodes' width as a share of the spectrum.
  private static let width = 1.0 / 200
  /// The span of a spectrum of one point as a share of its size.
  private static let pointSpan = 1e-3
  /// Names that the key holds, and of each name.
  private static let keyCapacity = 28
  private static let nameLimit = 24
  private static let titleLimit = 90

  /// The figure's bytes; the first curve is drawn in black, the others from dark to light.
  ///
  /// - Throws: `FigureError` for a text that no figure can hold, and a gnuplot that is missing or
  ///   fails.
  public static func bytes(
    _ curves: [Curve], title: String, format: FigureFormat
  ) throws(FigureError) -> [UInt8] {
    let drawn = curves.map { (name: $0.name, points: points($0.quadrature)) }
    let text = try FigureError.checked { () throws(GnuplotText.Fault) in
      try script(drawn, title: title, format: format)
    }
    return try Gnuplot.run(text, format: format)
  }

  private static func points(_ quadrature: SpectralQuadrature) -> Points {
    let (lowest, highest) = quadrature.range
    let size = max(abs(lowest), abs(highest))
    guard size.isFinite else { return [] }
    let span = max(highest - lowest, size > 0 ? pointSpan * size : 1)
    let start = lowest - (span - (highest - lowest)) / 2
    let margin = 5 * width * span
    let variance = width * width * span * span
    return (0..<pointCount).map { index in
      let share = Double(index) / Double(pointCount - 1)
      let position = start - margin + share * (span + 2 * margin)
      return (position, quadrature.density(at: position, variance: variance))
    }
  }

  private static func script(
    _ curves: [(name: String, points: Points)], title: String, format: FigureFormat
  ) throws(GnuplotText.Fault) -> String {
    let shown = curves.map { curve in
      (
        name: curve.name,
        points: curve.points.map {
          (FigureScale.drawable($0.position), FigureScale.drawable($0.density))
        }.filter { !$0.0.isNaN && !$0.1.isNaN }
      )
    }
    let highest = shown.flatMap { $0.points.map(\.1) }.filter { $0 > 0 }.max()
    let blocks = shown.enumerated().flatMap { index, curve in
      ["$curve\(index) << EOD"] + curve.points.map { "\($0.0) \($0.1)" } + ["EOD"]
    }
    var lines =
      blocks + [
        format.terminal(width: 900, height: 520), "set encoding utf8",
        "set grid lc rgb '#DDDDDD'",
        "set title \(try GnuplotText.quoted(title, limit: titleLimit)) noenhanced",
        "set xlabel 'eigenvalue'", "set ylabel 'density'", "set key outside right",
      ]
    if let highest {
      lines += [
        "set logscale y", "set format y '10^{%T}'", "set yrange [\(floorShare * highest):*]",
        "plot " + (try plots(shown.map(\.name))).joined(separator: ", \\\n  "),
      ]
    } else {
      lines += [
        "set xrange [0:1]", "set yrange [0:1]", "unset tics",
        "set label 1 '\(Figure.Panel.undefined)' at graph 0.5,0.5 center", "plot NaN notitle",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func plots(_ names: [String]) throws(GnuplotText.Fault) -> [String] {
    let listed = Selection(of: names.count, atMost: keyCapacity)
    let isListed = Set(listed.indices)
    var plots: [String] = []
    for (index, name) in names.enumerated() {
      let label = try GnuplotText.quoted(name, limit: nameLimit)
      plots.append(
        "$curve\(index) with lines lw 2 lc rgb '\(color(index, of: names.count))' "
          + (isListed.contains(index) ? "title \(label) noenhanced" : "notitle"))
    }
    if let note = listed.note("curves") {
      let label = try GnuplotText.quoted(note)
      plots.append("NaN with dots lc rgb '#FFFFFF' title \(label) noenhanced")
    }
    return plots
  }

  /// Black, then blue to orange over the classes.
  private static func color(_ index: Int, of count: Int) -> String {
    guard index > 0 else { return "#000000" }
    let share = count > 2 ? Double(index - 1) / Double(count - 2) : 0
    return FigurePalette.code([(0, 213), (114, 94), (178, 0)], share: share)
  }
}
