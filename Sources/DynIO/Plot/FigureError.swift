import DynText

/// Why a figure could not be drawn. The description is a sentence.
public enum FigureError: Error, Sendable, CustomStringConvertible {
  /// The table is none that `dyn simulate` wrote.
  case table(String)
  /// An observable that the table does not have.
  case unknownObservable(String, known: [String])
  /// A title, label or name that no figure can hold.
  case text(String)
  /// gnuplot is not installed.
  case gnuplotMissing
  /// gnuplot failed, with its own words.
  case gnuplotFailed(String)
  /// There is no temporary folder for gnuplot, or no room in it.
  case noFolder(String)

  /// Names that are compared with one that is not known, or listed.
  private static let nameLimit = 100

  /// The sentence.
  public var description: String {
    switch self {
    case .table(let sentence), .text(let sentence): return sentence
    case .unknownObservable(let name, let known):
      let names = known.prefix(Self.nameLimit)
      let hint = Spelling.hint(for: name, among: Array(names))
      let list = names.map { TerminalText.word($0) }.joined(separator: ", ")
      let rest = known.count > names.count ? " and \(known.count - names.count) more" : ""
      return "there is no column \"\(TerminalText.word(name))\""
        + (!hint.isEmpty ? hint : known.isEmpty ? ": there are none" : ": there are \(list)\(rest)")
    case .gnuplotMissing:
      return "gnuplot is not installed: install it (Debian: apt-get install gnuplot-nox)"
    case .gnuplotFailed(let words): return "gnuplot: \(words)"
    case .noFolder(let sentence): return "no temporary folder for gnuplot: \(sentence)"
    }
  }
}
