extension Interruption {
  /// Runs a body, and a cleanup should a handled signal end the process meanwhile.
  static func cleaningUp<Result, Failure: Error>(
    _ cleanup: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    _ = cleanup
    return try body()
  }
}
