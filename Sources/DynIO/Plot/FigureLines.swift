import DynText

extension Figure {
  /// The lines of series in their order: colours tell members apart, or solvers where there is one
  /// member.
  static func lines(_ series: [Averaged], keys: [String]) -> [Line] {
    let members = Numbering(series.map { $0.series.sweepValues.map(ExactText.init) })
    let solvers = Numbering(series.map { ExactText($0.series.solver) })
    let reference =
      solvers.elements.first { ["closed_form", "reduced"].contains($0.text) }
      ?? solvers.elements.first
    return series.map { item in
      let name = ExactText(item.series.solver)
      let solver = solvers[name]
      return Line(
        label: label(
          item.series, keys: item.keys, showsSolver: solvers.count > 1 || item.keys.isEmpty),
        memberLabel: label(item.series, keys: item.keys, showsSolver: item.keys.isEmpty),
        solver: item.series.solver,
        color: members.count > 1 ? members[item.series.sweepValues.map(ExactText.init)] : solver,
        marker: solver,
        style: name == reference ? .line : item.isExpectation ? .dashes : .markers,
        times: item.series.times.map(FigureScale.drawable),
        values: drawable(item.series.values),
        band: item.band.map { (drawable($0.lower), drawable($0.upper)) })
    }
  }

  private static func drawable(_ columns: [[Double]]) -> [[Double]] {
    columns.map { $0.map(FigureScale.drawable) }
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

/// Elements numbered in the order of their first appearance.
private struct Numbering<Element: Hashable> {
  private(set) var elements: [Element] = []
  private var numbers: [Element: Int] = [:]

  init(_ sequence: [Element]) {
    for element in sequence where numbers[element] == nil {
      numbers[element] = elements.count
      elements.append(element)
    }
  }

  var count: Int { elements.count }

  subscript(element: Element) -> Int { numbers[element] ?? 0 }
}
