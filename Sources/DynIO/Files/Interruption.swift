internal import CProcess
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ends the process on SIGINT, SIGTERM and SIGHUP without leaving half-written files, child
/// processes or temporary folders, and says what was written.
///
/// Signals belong to the whole process, and so does what is registered here.
public enum Interruption {
  /// Makes the three signals end the process with status 130, 143 and 129, and a file that would
  /// grow beyond the process's limit, or a pipe without a reader, an error of the write instead of a
  /// signal.
  ///
  /// The end comes at once, or, while ``OutputFile`` replaces a file, when the replacement is
  /// complete or its temporary file removed. A process that was started to ignore SIGHUP (`nohup`)
  /// goes on ignoring it. Call this before the first thread is started; later calls have no effect.
  public static func install() { _ = isInstalled }

  /// What standard error says at the end, asked for at that moment; the last one that was set.
  public static func announce(_ notice: @escaping @Sendable () -> String) {
    registry.withLock { $0.notice = notice }
  }

  /// Runs `body` with a cleanup that a handled signal runs before it ends the process. The cleanup
  /// must not wait for what `body` does.
  static func cleaningUp<Result, Failure: Error>(
    _ cleanup: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let key = add(cleanup)
    defer { remove(key) }
    return try body()
  }

  /// Registers a cleanup until ``remove(_:)``.
  static func add(_ cleanup: @escaping @Sendable () -> Void) -> Int {
    registry.withLock { registry in
      registry.lastKey += 1
      registry.cleanups[registry.lastKey] = cleanup
      return registry.lastKey
    }
  }

  static func remove(_ key: Int) { registry.withLock { $0.cleanups[key] = nil } }

  /// Runs all registered cleanups: before an end of the process that nothing survives.
  public static func cleanUp() {
    for cleanup in registry.withLock({ Array($0.cleanups.values) }) { cleanup() }
  }

  /// Runs an action that no handled signal cuts short. Actions run one at a time.
  static func postponed<Failure: Error>(
    _ action: () throws(Failure) -> Void
  ) throws(Failure) {
    try uninterrupted.withLock { _ throws(Failure) in try action() }
  }

  private struct Registry {
    var lastKey = 0
    var cleanups: [Int: @Sendable () -> Void] = [:]
    var notice: @Sendable () -> String = { "interrupted: wrote nothing" }
  }

  private static let registry = Mutex(Registry())
  private static let uninterrupted = Mutex(())

  private static let isInstalled: Bool = {
    for number in [SIGXFSZ, SIGPIPE] { signal(number, SIG_IGN) }
    let signals = [SIGINT, SIGTERM] + (isIgnored(SIGHUP) ? [] : [SIGHUP])
    return dyn_wait_for_signals(signals, Int32(signals.count)) { Interruption.end(signal: $0) } == 0
  }()

  private static func end(signal: Int32) {
    // Inside the lock, so that no replacement of a file begins any more.
    uninterrupted.withLock { _ in leave(status: 128 + signal) }
  }

  private static func leave(status: Int32) {
    cleanUp()
    let line = registry.withLock { $0.notice }() + "\n"
    _ = try? SystemCall.writeAll(Array(line.utf8), to: STDERR_FILENO)
    // Not exit(), which could wait for a lock on standard output that a stuck print() holds.
    _exit(status)
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    #if canImport(Darwin)
      let handler = action.__sigaction_u.__sa_handler
    #else
      let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
