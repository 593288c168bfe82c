import DynIO

extension OutputPlan {
  /// Refuses standard output for states and figures, which are no text.
  static func checkFiles(_ paths: [String?]) throws {
    guard !paths.contains(where: { $0.map(OutputFile.isStandardOutput) ?? false }) else {
      throw CommandFailure(
        ["states and figures do not go to standard output: give a file's name"], .usage)
    }
  }

  /// ``check()`` with the errors of a command.
  func checkForCommand() throws {
    do throws(Refusal) {
      try check()
    } catch {
      throw CommandFailure(error)
    }
  }
}
