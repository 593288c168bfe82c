internal import CAllocation
internal import Synchronization

/// What the process does when memory cannot be had.
///
/// A process that has not called ``install(onFailure:)`` keeps its own behaviour.
public enum AllocationFailure {
  /// From now on, an allocation that fails writes one sentence to standard error, runs the action
  /// and ends the process with status 1, within five seconds even if the action hangs.
  ///
  /// Allocations are watched in programs that link the target `CAllocator`, on Linux with glibc and
  /// without a sanitizer. The action runs on the thread whose allocation failed, with a reserve of
  /// 4 MiB, and must not wait for a lock that this thread may hold.
  public static func install(onFailure action: @escaping @Sendable () -> Void) {
    Self.action.withLock { $0 = action }
    dyn_allocation_install {
      AllocationFailure.action.withLockIfAvailable { $0 }?()
    }
  }

  /// Runs a body whose failed allocations are errors that it handles itself: a call of a C library
  /// that answers with nil or an error code.
  public static func tolerated<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    dyn_allocation_tolerate(1)
    defer { dyn_allocation_tolerate(-1) }
    return try body()
  }

  /// Does what a failed allocation does, once ``install(onFailure:)`` was called.
  static func report(bytes: Int, purpose: String) {
    unsafe dyn_allocation_failed(bytes, purpose)
  }

  private static let action = Mutex<@Sendable () -> Void>({})
}
