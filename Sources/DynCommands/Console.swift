import DynIO
import DynText

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Standard output and standard error. What somebody else chose, such as a path or a name in a
/// scenario, reaches a terminal as visible text only.
enum Console {
  /// The most Unicode scalars of one line of a table; messages have the shorter limit of
  /// `TerminalText`.
  private static let tableLineLimit = 1 << 20

  /// Writes lines for people to standard output.
  static func output(_ lines: [String]) throws {
    try write(visible(lines), to: "/dev/stdout")
  }

  /// Writes a document for programs to standard output: as it is, or visibly to a terminal.
  static func output(document: String) throws {
    guard isatty(STDOUT_FILENO) == 1 else { return try write(document, to: "/dev/stdout") }
    try output(lines(of: document))
  }

  /// Writes a message of one line to standard error.
  static func error(_ line: String) {
    try? write(TerminalText.line(line) + "\n", to: "/dev/stderr")
  }

  /// The lines of a text, whichever way they end.
  static func lines(of text: String) -> [String] {
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0.last == "\r" ? $0.dropLast() : $0) }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// Whether standard error is a terminal.
  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  private static func visible(_ lines: [String]) -> String {
    lines.map { TerminalText.line($0, limit: tableLineLimit) + "\n" }.joined()
  }

  private static func write(_ text: String, to path: String) throws {
    do throws(OutputError) {
      try OutputFile.write(text.utf8, to: path)
    } catch {
      throw CommandFailure(error)
    }
  }
}
