import DynIO
import DynText
import Dynamics
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A progress bar with the time left, on standard error when that is a terminal. It uses carriage
/// returns only, so that every terminal can show it.
final class ProgressBar: Sendable {
  private struct State {
    /// What is done, and when that began: the time left is that of this part.
    var part = ""
    var start: ContinuousClock.Instant
    var lastDraw: ContinuousClock.Instant
    var width = 0
  }

  private static let interval = Duration.milliseconds(100)

  private let title: String
  /// Whether anybody sees it.
  let isVisible: Bool
  private let state: Mutex<State>

  /// A bar for work that begins now.
  init(_ title: String, isVisible: Bool) {
    self.title = TerminalText.word(title)
    self.isVisible = isVisible && Console.errorIsTerminal
    let now = ContinuousClock.now
    state = Mutex(State(start: now, lastDraw: now))
  }

  /// Shows how far a run of one or more solvers is; nil where nobody sees it.
  var ofSolvers: (@Sendable (RunProgress) -> Void)? {
    guard isVisible else { return nil }
    return { [self] progress in
      let position = progress.count > 1 ? " (\(progress.index + 1) of \(progress.count))" : ""
      update(progress.share, part: TerminalText.word(progress.solver) + position)
    }
  }

  /// Draws the share of the work that is done, or of one part of it, at most ten times a second.
  func update(_ share: Double, part: String = "") {
    guard isVisible else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      if state.part != part { (state.part, state.start) = (part, now) }
      guard now - state.lastDraw > Self.interval else { return }
      state.lastDraw = now
      let line = line(share, part, elapsed: (now - state.start) / .seconds(1))
      let blanks = String(repeating: " ", count: max(0, state.width - line.count))
      state.width = line.count
      Self.draw("\r\(line)\(blanks)")
    }
  }

  /// Removes the bar.
  func finish() {
    state.withLock { state in
      guard state.width > 0 else { return }
      Self.draw("\r" + String(repeating: " ", count: state.width) + "\r")
      state.width = 0
    }
  }

  private func line(_ share: Double, _ part: String, elapsed: Double) -> String {
    let name = part.isEmpty ? title : "\(title): \(part)"
    let left = share > 0 ? " \((elapsed * (1 - share) / share).brief(digits: 2)) s left" : ""
    let ending = "\(Int(share * 100)) %,\(left)"
    // The last column stays free: some terminals wrap a line that fills it.
    let room = Self.columns - 1 - name.count - ending.count - 4
    guard room >= 5 else { return String("\(name) \(ending)".suffix(max(Self.columns - 1, 0))) }
    let width = min(room, 30)
    let filled = Int((share * Double(width)).rounded(.down))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    return "\(name) [\(bar)] \(ending)"
  }

  private static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private static func draw(_ text: String) {
    try? OutputFile.write(text.utf8, to: "/dev/stderr")
  }
}
