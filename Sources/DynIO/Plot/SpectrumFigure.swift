public import DynNumerics
import Dynamics

/// Spectral densities of Hessians on a logarithmic axis, drawn by gnuplot.
public enum SpectrumFigure {
  /// A density with its name in the key.
  public typealias Curve = (name: String, quadrature: SpectralQuadrature)

  /// Points on a curve.
  private static let pointCount = 401
  /// Densities below this share of the highest are not drawn.
  private static let floorShare = 1e-6
  /// The nodes' width as a share of the spectrum.
  private static let width = 1.0 / 200

  /// The figure's bytes; the first curve is drawn in black, the others from dark to light.
  ///
  /// - Throws: `FigureError` when gnuplot is missing or fails.
  public static func bytes(
    _ curves: [Curve], title: String, format: FigureFormat
  ) throws(FigureError) -> [UInt8] {
    let drawn = curves.map { (name: $0.name, points: points($0.quadrature)) }
    let highest = drawn.flatMap { $0.points.map(\.density) }.max() ?? 1
    return try Gnuplot.run(
      script(drawn, title: title, format: format, floor: floorShare * highest))
  }

  private static func points(
    _ quadrature: SpectralQuadrature
  ) -> [(position: Double, density: Double)] {
    let (lowest, highest) = quadrature.range
    let span = max(highest - lowest, .leastNormalMagnitude)
    let margin = 5 * width * span
    let variance = width * width * span * span
    return (0..<pointCount).map { index in
      let share = Double(index) / Double(pointCount - 1)
      let position = lowest - margin + share * (span + 2 * margin)
      return (position, quadrature.density(at: position, variance: variance))
    }
  }

  private static func script(
    _ curves: [(name: String, points: [(position: Double, density: Double)])], title: String,
    format: FigureFormat, floor: Double
  ) -> String {
    let blocks = curves.enumerated().flatMap { index, curve in
      ["$curve\(index) << EOD"] + curve.points.map { "\($0.position) \($0.density)" } + ["EOD"]
    }
    let plots = curves.enumerated().map { index, curve in
      "$curve\(index) with lines lw 2 lc rgb '\(color(index, of: curves.count))' "
        + "title \(GnuplotScript.quoted(curve.name)) noenhanced"
    }
    let lines =
      blocks + [
        format.terminal(width: 900, height: 520), "set encoding utf8",
        "set grid lc rgb '#DDDDDD'", "set title \(GnuplotScript.quoted(title)) noenhanced",
        "set xlabel 'eigenvalue'", "set ylabel 'density'", "set logscale y",
        "set format y '10^{%T}'", "set yrange [\(floor):*]", "set key outside right",
        "plot " + plots.joined(separator: ", \\\n  "),
      ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// Black, then blue to orange over the classes.
  private static func color(_ index: Int, of count: Int) -> String {
    guard index > 0 else { return "#000000" }
    let share = count > 2 ? Double(index - 1) / Double(count - 2) : 0
    let ends = [(0.0, 213.0), (114.0, 94.0), (178.0, 0.0)]
    return "#"
      + ends.map { low, high in
        let level = Int((low + share * (high - low)).rounded())
        return (level < 16 ? "0" : "") + String(level, radix: 16, uppercase: true)
      }.joined()
  }
}
