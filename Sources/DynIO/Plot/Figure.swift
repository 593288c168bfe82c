import Dynamics
import RealModule

/// Small multiples of a trajectory: a panel an observable, a line a member and solver.
struct Figure {
  /// What is drawn of one line.
  struct Line {
    enum Style: Equatable {
      /// A closed form, or the only solver.
      case line
      /// A numeric solver: sparse markers on the closed form's line.
      case markers
    }

    let label: String
    /// The member without its solver, and the solver: the legend lists each once.
    let memberLabel: String
    let solver: String
    /// Position in the palette.
    let color: Int
    /// Shape of the markers.
    let marker: Int
    let style: Style
    let times: [Double]
    let values: [[Double]]
    /// The lowest and highest of several seeds, where the line is their mean.
    var band: (lower: [[Double]], upper: [[Double]])?
  }

  /// One observable.
  struct Panel {
    let title: String
    let column: Int
    let isLogarithmic: Bool
  }

  let title: String
  let panels: [Panel]
  let lines: [Line]
  let timeIsLogarithmic: Bool
  /// What the horizontal axis is.
  var axisTitle = "t"

  /// The figure of a trajectory table; `names` restricts the panels.
  init(_ table: TrajectoryTable, title: String, only names: [String]) {
    self.title = title
    let lines = Self.lines(Self.averagingSeeds(table), keys: table.sweepKeys)
    self.lines = lines
    let wanted = names.isEmpty ? table.observables : names
    panels = wanted.compactMap { name -> Panel? in
      guard let column = table.observables.firstIndex(of: name) else { return nil }
      // A reference that is zero throughout says nothing about the scale.
      let values = lines.map { $0.values[column] }.filter { $0.contains { $0 != 0 } }
        .flatMap { $0 }.filter(\.isFinite)
      guard !values.isEmpty else { return nil }
      return Panel(
        title: Self.title(of: name), column: column, isLogarithmic: Self.spansDecades(values))
    }
    timeIsLogarithmic = lines.first.map { Self.isLogarithmic($0.times) } ?? false
  }

  private static func title(of name: String) -> String {
    let symbol = Observables.named([name]).first?.symbol
    return symbol.map { $0 == name ? name : "\(name):  \($0)" } ?? name
  }

  /// Whether positive data span more than two decades. Single zeros (a perfect fit) are ignored.
  private static func spansDecades(_ values: [Double]) -> Bool {
    let positive = values.filter { $0 > 0 }
    guard let lowest = positive.min(), let highest = positive.max(), highest > 100 * lowest
    else { return false }
    return !values.contains { $0 < 0 } && values.count { $0 == 0 } * 10 <= values.count
  }

  /// Whether the times were spaced in equal ratios.
  private static func isLogarithmic(_ times: [Double]) -> Bool {
    let positive = times.filter { $0 > 0 }
    guard positive.count > 4, let first = positive.first, let last = positive.last,
      last > 50 * first
    else { return false }
    return positive[positive.count / 2] < 0.2 * last
  }

  private static func lines(
    _ series: [Averaged], keys: [String]
  ) -> [Line] {
    let members = series.map(\.series.sweepValues).uniqued
    let solvers = series.map(\.series.solver).uniqued
    let reference = solvers.first { ["closed_form", "reduced"].contains($0) } ?? solvers.first
    return series.map { item in
      let member = members.firstIndex(of: item.series.sweepValues) ?? 0
      let solver = solvers.firstIndex(of: item.series.solver) ?? 0
      let isReference = item.series.solver == reference
      return Line(
        label: label(
          item.series, keys: item.keys, showsSolver: solvers.count > 1 || item.keys.isEmpty),
        memberLabel: label(item.series, keys: item.keys, showsSolver: item.keys.isEmpty),
        solver: item.series.solver,
        color: members.count > 1 ? member : solver, marker: solver,
        style: isReference ? .line : .markers, times: item.series.times,
        values: item.series.values, band: item.band)
    }
  }

  private static func label(
    _ series: TrajectoryTable.Series, keys: [String], showsSolver: Bool
  ) -> String {
    let values = zip(keys, series.sweepValues).map { key, value in
      "\(symbol(of: key)) = \(Double(value).map { $0.brief(digits: 4) } ?? value)"
    }
    return (values + (showsSolver ? [series.solver] : [])).joined(separator: ", ")
  }

  /// The short form of a dotted path.
  private static func symbol(of key: String) -> String {
    let parts = key.split(separator: ".").map(String.init)
    switch parts.last {
    case "gamma": return "γ"
    case "weight_decay": return "λ"
    case "rescale_learning_rate": return "rescaled"
    case "value" where parts.first == "learning_rate": return "η"
    case "ratio" where parts.first == "learning_rate": return "s"
    default: return parts.last ?? key
    }
  }
}

extension Array where Element: Equatable {
  /// Every element once, in order of first appearance.
  fileprivate var uniqued: [Element] {
    reduce(into: []) { result, element in
      if !result.contains(element) { result.append(element) }
    }
  }
}
