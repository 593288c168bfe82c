/// Why a solver stopped before the end of its trajectory. The rows before it stand.
public struct SolverFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of reason it had.
  enum Cause: Sendable {
    /// The trajectory could not be followed.
    case breakdown
    /// It could be, but not in the number of steps that are allowed.
    case tooManySteps
  }

  /// A sentence that names time, step and quantity, the likely cause and a remedy.
  public let description: String
  let cause: Cause

  /// A failure with its sentence.
  public init(_ description: String) { self.init(description, cause: .breakdown) }

  init(_ description: String, cause: Cause) {
    self.description = description
    self.cause = cause
  }
}
