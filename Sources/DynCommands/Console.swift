import DynIO

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Standard output and standard error.
enum Console {
  /// Writes lines to standard output.
  static func output(_ lines: [String]) throws {
    try write(lines.map { $0 + "\n" }.joined(), to: "/dev/stdout")
  }

  /// Writes text to standard output as it is.
  static func output(_ text: String) throws { try write(text, to: "/dev/stdout") }

  /// Writes a line to standard error.
  static func error(_ line: String) { try? write(visible(line) + "\n", to: "/dev/stderr") }

  /// What the user typed may hold line breaks and control characters; a message is one line.
  private static func visible(_ line: String) -> String {
    line.unicodeScalars.map { scalar in
      let isHidden =
        scalar.properties.generalCategory == .control
        || [.lineSeparator, .paragraphSeparator, .format].contains(
          scalar.properties.generalCategory)
      return isHidden ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
  }

  /// Whether standard error is a terminal.
  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  private static func write(_ text: String, to path: String) throws {
    do throws(OutputError) {
      try OutputFile.write(Array(text.utf8), to: path)
    } catch {
      throw CommandFailure(error)
    }
  }
}
