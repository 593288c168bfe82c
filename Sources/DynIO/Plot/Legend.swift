import DynText

/// The legend of a figure, in a cell of its own: each member once, then each numeric solver.
struct Legend {
  private struct Entry {
    let look: String
    let color: String
    let label: String
  }

  /// What the cell holds below each other, and of each label.
  private static let capacity = 15
  private static let labelLimit = 40
  /// Longer labels have a smaller font.
  private static let plainLength = 30
  /// Room that markers leave to members.
  private static let fewestMembers = 6

  private let entries: [Entry]
  private let notes: [String]

  init(_ figure: Figure) {
    let members = figure.lines.filter { $0.style == .line }
    let solvers = Self.markers(figure)
    let markerLimit = max(2, Self.capacity - min(members.count, Self.fewestMembers) - 1)
    let listedSolvers = Selection(of: solvers.count, atMost: markerLimit)
    // The notes take room as well.
    let memberLimit = Self.capacity - listedSolvers.indices.count
    let listed = Selection(
      of: members.count, atMost: memberLimit < members.count ? max(2, memberLimit - 2) : memberLimit
    )
    entries =
      listed.indices.map { index in
        let line = members[index]
        return Entry(
          look: "lines lw 2 dt \(figure.palette.dash(line.color))",
          color: figure.palette.color(line.color), label: line.memberLabel)
      } + listedSolvers.indices.map { solvers[$0] }
    notes = [listed.note("members"), listedSolvers.note("solvers")].compactMap { $0 }
  }

  /// One marker a numeric solver, and the dashes of expectations; black where colours stand for members.
  private static func markers(_ figure: Figure) -> [Entry] {
    var seen: Set<ExactText> = []
    let isSweep = figure.lines.contains { $0.style == .line && $0.memberLabel != $0.solver }
    return figure.lines.filter {
      $0.style != .line && seen.insert(ExactText($0.solver)).inserted
    }.map {
      Entry(
        look: $0.style == .dashes
          ? "lines lw 2 dt \(CurveScript.expectationDash)"
          : "points pt \(FigurePalette.shape($0.marker)) ps 0.9",
        color: isSweep ? "#000000" : figure.palette.color($0.color), label: $0.solver)
    }
  }

  private var font: String {
    entries.contains { $0.label.unicodeScalars.count > Self.plainLength } ? " font ',9'" : ""
  }

  /// A cell with nothing but the key.
  ///
  /// - Throws: `GnuplotText.Fault` for a text that no figure can hold.
  func lines() throws(GnuplotText.Fault) -> [String] {
    var plots: [String] = []
    for entry in entries {
      let label = try GnuplotText.quoted(entry.label, limit: Self.labelLimit)
      plots.append("NaN with \(entry.look) lc rgb '\(entry.color)' title \(label) noenhanced")
    }
    for note in notes {
      let label = try GnuplotText.quoted(note)
      plots.append("NaN with dots lc rgb '#FFFFFF' title \(label) noenhanced")
    }
    if plots.isEmpty { plots = ["NaN notitle"] }
    return [
      "unset logscale", "unset border", "unset tics", "unset xlabel", "unset title",
      "set key center center Left reverse samplen 3" + font, "set xrange [0:1]", "set yrange [0:1]",
      "plot " + plots.joined(separator: ", \\\n  "),
    ]
  }
}
