import DynText
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One run of gnuplot with its temporary folder; both end with it, and when a signal ends this
/// process.
final class Drawing: Sendable {
  private struct State {
    var folder: WorkFolder?
    var child: ChildProcess?
    /// Nothing is made or started any more.
    var isOver = false
  }

  /// Variables that gnuplot needs to find its libraries and fonts. All others stay here.
  private static let inherited = [
    "PATH", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
  ]
  private static let scriptName = "figure.gp"

  private let state = Mutex(State())

  /// What gnuplot writes to its standard output for a script.
  ///
  /// - Throws: `FigureError` when there is no room for the script or gnuplot fails.
  func picture(of script: String, program: String) throws(FigureError) -> [UInt8] {
    defer { clear() }
    return try Interruption.cleaningUp({ self.clear() }) { () throws(FigureError) in
      try prepare(script)
      return try draw(program)
    }
  }

  private func prepare(_ script: String) throws(FigureError) {
    // Before the lock, which a failed allocation would find held.
    let bytes = Array(script.utf8)
    do throws(OutputError) {
      try state.withLock { state throws(OutputError) in
        if state.isOver { return }
        let folder = try WorkFolder()
        state.folder = folder
        try folder.put(bytes, in: Self.scriptName)
      }
    } catch {
      throw .noFolder(error.description)
    }
  }

  private func draw(_ program: String) throws(FigureError) -> [UInt8] {
    let child: ChildProcess?
    let written: (output: [UInt8], errors: [UInt8])
    do throws(SystemError) {
      child = try start(program)
      written = try child?.written() ?? ([], [])
    } catch {
      throw .gnuplotFailed("it could not be run: \(error.text)")
    }
    guard let child else { return try Self.waitForTheEnd() }
    child.waitForEnd()
    let ending = state.withLock { state -> ChildProcess.Ending? in
      // A signal ends this process in a moment; that gnuplot ended is no news then.
      if state.isOver { return nil }
      state.child = nil
      return child.end()
    }
    guard let ending else { return try Self.waitForTheEnd() }
    try Self.check(ending, written.errors)
    return written.output
  }

  private func start(_ program: String) throws(SystemError) -> ChildProcess? {
    try state.withLock { state throws(SystemError) in
      guard let folder = state.folder, !state.isOver else { return nil }
      let child = try ChildProcess(
        program, ["-d", Self.scriptName], environment: Self.environment(in: folder.path),
        in: folder.path)
      state.child = child
      return child
    }
  }

  private static func environment(in folder: String) -> [(name: String, value: String)] {
    let kept = inherited.compactMap { name in
      getenv(name).map { (name: name, value: String(cString: $0)) }
    }
    return kept + ["HOME", "TMPDIR", "XDG_CACHE_HOME"].map { (name: $0, value: folder) }
      + [(name: "LC_ALL", value: "C.UTF-8")]
  }

  private static func check(
    _ ending: ChildProcess.Ending, _ errors: [UInt8]
  ) throws(FigureError) {
    let words = errors.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
      .map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    switch ending {
    case .status(0), .unknown: return
    case .signal(let number):
      throw .gnuplotFailed("signal \(number) ended it (\(String(cString: strsignal(number))))")
    case .status(let status):
      throw .gnuplotFailed(
        words.isEmpty ? "it ended with status \(status)" : TerminalText.line(words))
    }
  }

  /// Ends gnuplot, removes the folder and allows no other. Any thread may call this.
  private func clear() {
    state.withLock { state in
      state.isOver = true
      state.child?.kill()
      state.child?.waitForEnd()
      state.folder?.remove()
      state.folder = nil
    }
  }

  /// Leaves the last word to the thread that handles the signal.
  private static func waitForTheEnd() throws(FigureError) -> [UInt8] {
    sleep(60)
    throw .gnuplotFailed("it was interrupted")
  }
}
