import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ends the process on SIGINT, SIGTERM and SIGHUP without leaving half-written files.
public enum Interruption {
  /// Makes the three signals end the process with status 130, 143 and 129.
  ///
  /// That happens at once, or, while ``OutputFile`` replaces a file, when the replacement is
  /// complete or its temporary file removed. Nothing else is cleaned up, and buffered standard
  /// output is lost. A process that was started to ignore SIGHUP (`nohup`) goes on ignoring it.
  /// Call this before the first file is written; later calls have no effect.
  public static func install() {
    _ = installation
  }

  /// Runs an action that no handled signal cuts short. Actions run one at a time.
  static func postponed<Failure: Error>(
    _ action: () throws(Failure) -> Void
  ) throws(Failure) {
    try uninterrupted.withLock { _ throws(Failure) in try action() }
  }

  private static let uninterrupted = Mutex(())

  private static let installation: Void = {
    let queue = DispatchQueue(label: "dyn.interruption", qos: .userInteractive)
    handle(SIGINT, on: queue)
    handle(SIGTERM, on: queue)
    if !isIgnored(SIGHUP) { handle(SIGHUP, on: queue) }
  }()

  private static func handle(_ signal: Int32, on queue: DispatchQueue) {
    let source = DispatchSource.makeSignalSource(signal: signal, queue: queue)
    let isRegistered = DispatchSemaphore(value: 0)
    source.setRegistrationHandler { isRegistered.signal() }
    source.setEventHandler {
      withExtendedLifetime(source) { end(status: 128 + signal) }
    }
    source.activate()
    isRegistered.wait()
    disableDefaultAction(of: signal)
  }

  private static func end(status: Int32) {
    // Not exit(), which could wait for a lock on standard output that a stuck print() holds.
    uninterrupted.withLock { _ in _exit(status) }
  }

  private static func disableDefaultAction(of number: Int32) {
    // On Linux the source has replaced the action itself and would lose ignored signals.
    #if canImport(Darwin)
      signal(number, SIG_IGN)
    #endif
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
