import DynIO
import DynText
import Synchronization

/// What a command has written and what it still has to write, so that it can say so when it is
/// interrupted.
final class OutputLedger: Sendable {
  private struct State {
    var planned: [String]
    var written: Set<ExactText> = []
    var progress = ""
  }

  private let state: Mutex<State>

  /// A ledger of files that will be written; from now on an interruption tells of them.
  init(_ planned: [String]) {
    state = Mutex(State(planned: planned))
    Interruption.announce { [self] in notice }
  }

  /// Notes that a file is complete.
  func wrote(_ path: String) { state.withLock { _ = $0.written.insert(ExactText(path)) } }

  /// Notes how far the work is that is under way, such as `3 of 40 members`.
  func reached(_ progress: String) { state.withLock { $0.progress = progress } }

  private var notice: String {
    let state = state.withLock { $0 }
    let isWritten = state.planned.map { state.written.contains(ExactText($0)) }
    func paths(_ areWritten: Bool) -> [String] {
      zip(state.planned, isWritten).filter { $1 == areWritten }.map(\.0)
    }
    let (written, missing) = (paths(true), paths(false))
    guard !state.planned.isEmpty else { return "interrupted: wrote nothing" }
    let wrote = written.isEmpty ? "wrote nothing" : "wrote \(Self.list(written))"
    let left = missing.isEmpty ? "" : "; not written: \(Self.list(missing))"
    let progress = state.progress.isEmpty ? "" : " (\(state.progress) were finished)"
    return "interrupted: \(wrote)\(left)\(progress)"
  }

  private static func list(_ paths: [String]) -> String {
    paths.map { TerminalText.word($0 == "-" ? "standard output" : $0) }.joined(separator: ", ")
  }
}
