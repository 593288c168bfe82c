import Dynamics

/// Small multiples of a trajectory: a panel an observable, a line a member and solver.
struct Figure {
  /// What is drawn of one line. Numbers that cannot be drawn are nan.
  struct Line {
    enum Style: Equatable {
      /// A closed form, or the only solver.
      case line
      /// A numeric solver: sparse markers on the closed form's line.
      case markers
      /// An expectation in its band beside another solver's line.
      case dashes
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
    /// The lowest and highest of several seeds, where the line is their mean; one standard deviation
    /// to both sides, where it is an expectation.
    var band: (lower: [[Double]], upper: [[Double]])?
  }

  /// The most panels of a figure without a choice of observables.
  static let panelLimit = 100
  /// The most lines: more would take minutes to draw and cover each other.
  static let lineLimit = 2000
  /// The error of each solver against the reference; every trajectory has this column.
  private static let errorName = "relative_error"

  let title: String
  let panels: [Panel]
  let lines: [Line]
  let palette: FigurePalette
  let timeIsLogarithmic: Bool
  /// What the horizontal axis is.
  var axisTitle = "t"
  /// A sentence for whatever is not drawn.
  let notes: [String]

  /// The figure of a trajectory table.
  ///
  /// - Parameters:
  ///   - names: the observables to draw; all when empty.
  ///   - omitsUndefined: whether an observable without a number has no panel as long as there are
  ///     others.
  init(
    _ table: TrajectoryTable, title: String, only names: [String], omitsUndefined: Bool = false
  ) {
    self.title = title
    let deviations = Self.deviations(in: table)
    let all = Self.lines(
      Self.addingDeviations(Self.averagingSeeds(table), deviations), keys: table.sweepKeys)
    let palette = FigurePalette(count: (all.map(\.color).max() ?? 0) + 1)
    self.palette = palette
    lines = Self.limited(all, colors: palette.count)
    let lines = lines
    timeIsLogarithmic = lines.first.map { Self.isLogarithmic($0.times) } ?? false
    let columns = Self.columns(table, lines, only: names, without: Set(deviations.values))
    let axis = FigureScale(timeIsLogarithmic: timeIsLogarithmic)
    let drawn = columns.prefix(names.isEmpty ? Self.panelLimit : columns.count).map { column in
      let isError = table.observables[column] == Self.errorName
      let telling = isError ? lines.filter { !$0.isZero(column) } : []
      return Panel(
        title: Self.title(of: table.observables[column]), column: column,
        content: axis.content(of: telling.isEmpty ? lines : telling, column: column),
        isError: isError)
    }
    let defined = drawn.filter { !omitsUndefined || $0.content != .message(Panel.undefined) }
    panels = defined.isEmpty ? [Panel.message(drawn.isEmpty)] : defined
    notes = [
      drawn.count < columns.count
        ? "the first \(drawn.count) of \(columns.count) observables are drawn" : nil,
      lines.count < all.count ? "\(lines.count) of \(all.count) lines are drawn" : nil,
    ].compactMap { $0 }
  }

  /// The columns to draw. The error against the reference is no observable that anybody asked for:
  /// where there is nothing but the reference it says nothing. Standard deviations are bands.
  private static func columns(
    _ table: TrajectoryTable, _ lines: [Line], only names: [String], without bands: Set<Int>
  ) -> [Int] {
    guard names.isEmpty else { return names.compactMap { table.observables.firstIndex(of: $0) } }
    return table.observables.indices.filter { column in
      !bands.contains(column)
        && (table.observables[column] != errorName || lines.contains { !$0.isZero(column) })
    }
  }

  /// Lines of evenly chosen members where there are too many.
  private static func limited(_ all: [Line], colors: Int) -> [Line] {
    guard all.count > lineLimit else { return all }
    let perColor = (all.count + colors - 1) / colors
    let kept = Set(Selection(of: colors, atMost: max(2, lineLimit / perColor)).indices)
    let lines = all.filter { kept.contains($0.color) }
    return Selection(of: lines.count, atMost: lineLimit).indices.map { lines[$0] }
  }

  private static func title(of name: String) -> String {
    let symbol = Observables.named([name]).first?.symbol
    return symbol.map { $0 == name ? name : "\(name):  \($0)" } ?? name
  }

  /// Whether the times were spaced in equal ratios.
  private static func isLogarithmic(_ times: [Double]) -> Bool {
    let positive = times.filter { $0 > 0 }
    guard positive.count > 4, let first = positive.first, let last = positive.last,
      last > 50 * first
    else { return false }
    return positive[positive.count / 2] < 0.2 * last
  }
}

extension Figure.Line {
  /// Whether a column has no number but zero.
  fileprivate func isZero(_ column: Int) -> Bool {
    values[column].allSatisfy { $0 == 0 || $0.isNaN }
  }
}
