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

  /// Without words where the reader of a pipe has had enough, as programs in a pipe end.
  init(_ error: OutputError) {
    self.init(error.isClosedPipe ? [] : [error.description], .unwritableOutput)
  }

  init(_ refusal: OutputPlan.Refusal) {
    switch refusal {
    case .conflict(let sentence): self.init([sentence], .usage)
    case .unwritable(let error): self.init(error)
    }
  }

  /// Any error as that of work on a path.
  init(_ error: any Error, path: String) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as ScenarioError: self.init(error)
    case let error as OutputError: self.init(error)
    default: self.init(["\(path): \(error)"], .failed)
    }
  }

  /// Failed checks, without words: the report says itself what has failed; nil where nothing has.
  init?(_ report: VerificationReport) {
    guard report.hasFailures else { return nil }
    self.init([], .failed)
  }

  /// What some members of valid scenarios could not do; nil where there is nothing.
  init?(refusing lines: [String]) {
    guard !lines.isEmpty else { return nil }
    self.init(lines, .failed)
  }

  /// Several failures as one: all lines, and the status that says most about what is missing.
  init?(_ failures: [CommandFailure]) {
    let order: [ExitStatus] = [.unwritableOutput, .usage, .invalidScenario, .unreadableInput]
    guard !failures.isEmpty else { return nil }
    let statuses = failures.map(\.status)
    self.init(failures.flatMap(\.lines), order.first { statuses.contains($0) } ?? .failed)
  }
}

extension Array {
  /// What succeeded, and a line for each of the others.
  ///
  /// - Throws: the failures as one where nothing succeeded.
  func separated<Success>() throws -> (successes: [Success], lines: [String])
  where Element == Result<Success, CommandFailure> {
    var successes: [Success] = []
    var failures: [CommandFailure] = []
    for outcome in self {
      switch outcome {
      case .success(let success): successes.append(success)
      case .failure(let failure): failures.append(failure)
      }
    }
    if successes.isEmpty, let failure = CommandFailure(failures) { throw failure }
    return (successes, failures.flatMap(\.lines))
  }
}

/// Failures that do not keep the rest from being done.
struct FailureList {
  let path: String
  private(set) var all: [CommandFailure] = []

  init(path: String) { self.path = path }

  /// Notes a failure, if there is one.
  mutating func note(_ failure: CommandFailure?) {
    if let failure { all.append(failure) }
  }

  /// Does something and notes a failure; true when it succeeded.
  @discardableResult
  mutating func attempt(_ work: () throws -> Void) -> Bool {
    do {
      try work()
      return true
    } catch {
      all.append(CommandFailure(error, path: path))
      return false
    }
  }
}
