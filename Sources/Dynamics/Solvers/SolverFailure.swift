/// Why a solver stopped before the end of its trajectory. The rows before it stand.
public struct SolverFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// A sentence that names time, step and quantity, the likely cause and a remedy.
  public let description: String

  /// A failure with its sentence.
  public init(_ description: String) { self.description = description }
}
