/// Why a numerical routine could not do its work. The description is a sentence for the user.
public enum NumericsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// An iterative decomposition did not converge, or its input held a NaN or an infinity.
  case noConvergence(routine: String, rows: Int, columns: Int)
  /// An allocation inside a C library failed.
  case outOfMemory(what: String)
  /// An ODE method was asked for something that it cannot do.
  case unsupported(String)

  /// The sentence that the user reads.
  public var description: String {
    switch self {
    case .noConvergence(let routine, let rows, let columns):
      "the \(routine) of a \(rows) x \(columns) matrix did not converge: check that the input "
        + "holds neither NaN nor infinite values"
    case .outOfMemory(let what):
      "there is not enough memory for \(what): make the problem smaller"
    case .unsupported(let sentence): sentence
    }
  }
}
