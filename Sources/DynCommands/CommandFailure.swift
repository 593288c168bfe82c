import DynIO

/// How a command ends.
enum ExitStatus: Int32 {
  case failed = 1
  case usage = 64
  case invalidScenario = 65
  case unreadableInput = 66
  case unwritableOutput = 73
}

/// A failure of a command: what standard error says and the exit status.
struct CommandFailure: Error {
  let lines: [String]
  let status: ExitStatus

  init(_ lines: [String], _ status: ExitStatus) {
    self.lines = lines
    self.status = status
  }

  init(_ error: ScenarioError) {
    self.init(error.lines, error.isUnreadable ? .unreadableInput : .invalidScenario)
  }

  init(_ error: OutputError) { self.init([error.description], .unwritableOutput) }
}
