import Dynamics

/// Figures of geometries, drawn by gnuplot: heat maps of one, curves of a sweep.
public enum GeometryFigure {
  private static let curves = [
    "rank", "squared_norm_ratio_w", "squared_norm_ratio_h", "cos_w_majority", "cos_w_minority",
    "cos_w_mixed", "cos_h_majority", "cos_h_minority", "cos_h_mixed", "etf_distance_w",
    "etf_distance_h", "max_margin_distance_w", "max_margin_distance_h",
  ]

  /// The figure's bytes: curves where something is swept, else heat maps of the Gram matrices.
  ///
  /// - Throws: `FigureError` for a text that no figure can hold, and a gnuplot that is missing or
  ///   fails.
  public static func bytes(
    _ report: GeometryReport, title: String, format: FigureFormat
  ) throws(FigureError) -> [UInt8] {
    guard let first = report.members.first else { throw .table("there is no geometry to draw") }
    guard report.keys.isEmpty else {
      return try curves(report, title: title).bytes(format)
    }
    let geometry = first.answer.geometry
    let maps = [
      ("prototypes W'W", geometry.gramPrototypes), ("class means M'M", geometry.gramClassMeans),
      ("logits W'M", geometry.logits),
    ]
    let script = HeatMapScript(title: title, maps: maps, format: format)
    return try Gnuplot.run(FigureError.checked(script.text), format: format)
  }

  /// The last swept key with numbers is the axis; the others tell the lines apart. Without one the
  /// axis counts the members.
  private static func curves(_ report: GeometryReport, title: String) -> Figure {
    let axis = report.keys.indices.last { index in
      report.members.allSatisfy { $0.number(index) != nil }
    }
    var figure = Figure(
      TrajectoryTable(report, axis: axis, names: curves), title: title, only: [],
      omitsUndefined: true)
    figure.axisTitle =
      axis.map { report.keys[$0] }
      ?? "member of the sweep: "
      + report.members.enumerated().map { index, member in
        "\(index + 1) = " + member.assignments.map(\.value.sweepText).joined(separator: " ")
      }.joined(separator: ", ")
    return figure
  }
}

extension GeometryReport.Member {
  /// The value of a swept key where it is a number.
  fileprivate func number(_ index: Int) -> Double? {
    guard case .number(let number) = assignments[index].value else { return nil }
    return number
  }
}

extension TrajectoryTable {
  /// The quantities of a sweep along one of its keys, or along its members.
  fileprivate init(_ report: GeometryReport, axis: Int?, names: [String]) {
    var keys = axis == nil ? [] : report.keys
    if let axis { keys.remove(at: axis) }
    let quantities = names.compactMap { name in
      GeometryQuantity.all.first { $0.name == name }
    }
    var series: [Series] = []
    for (number, member) in report.members.enumerated() {
      var values = axis == nil ? [] : member.assignments.map(\.value.sweepText)
      if let axis { values.remove(at: axis) }
      let index = series.firstIndex { $0.sweepValues == values } ?? series.count
      if index == series.count {
        series.append(
          Series(sweepValues: values, solver: "geometry", values: quantities.map { _ in [] }))
      }
      series[index].times.append(axis.flatMap { member.number($0) } ?? Double(number + 1))
      for (column, quantity) in quantities.enumerated() {
        // Distances that are zero up to rounding would make the axis logarithmic.
        let value = quantity.value(member.answer)
        series[index].values[column].append(abs(value) < 1e-12 ? 0 : value)
      }
    }
    self.init(sweepKeys: keys, observables: names, series: series)
  }
}
