import DynIO

extension OutputPlan {
  /// ``check()`` with the errors of a command.
  func checkForCommand() throws {
    do throws(Refusal) {
      try check()
    } catch {
      throw CommandFailure(error)
    }
  }
}
