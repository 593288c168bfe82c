#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Why a file cannot be written.
public struct OutputError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The path as the caller gave it.
  public let path: String
  /// What is in the way and, where there is one, the remedy.
  public let reason: String

  /// Whether the reader of standard output has had enough: no news to anybody.
  public var isClosedPipe: Bool {
    reason == SystemError(code: EPIPE).text && OutputFile.isStandardOutput(path)
  }

  /// The path and the reason in one line: `cannot write "a.json": No space left on device`.
  public var description: String { "cannot write \"\(path)\": \(reason)" }
}
