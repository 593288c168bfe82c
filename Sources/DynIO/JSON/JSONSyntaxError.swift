/// A place where a text is not JSON, with a sentence that says what is wrong there.
public struct JSONSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The line of the place, counted from 1; lines end with LF, CR LF or CR.
  public let line: Int
  /// The column of the place, counted in characters from 1.
  public let column: Int
  /// One line that says what was found and what was expected.
  public let message: String

  /// The place and the message: `line 3, column 7: found "]", expected a value`.
  public var description: String { "line \(line), column \(column): \(message)" }
}
