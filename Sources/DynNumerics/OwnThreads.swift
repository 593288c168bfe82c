internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Concurrency {
  /// The same as `forEach` on threads of their own: what they call may divide its work further,
  /// whereas Dispatch gives nested work one thread only.
  public static func forEachOnOwnThreads(
    _ count: Int, threads: Int, _ body: (_ index: Int) -> Void
  ) {
    withoutActuallyEscaping(body) { body in
      let work = IndexedWork(count, body)
      let helpers = (1..<max(1, min(threads, count))).compactMap { _ in OwnThread(work) }
      work.run()
      for helper in helpers { helper.join() }
    }
  }
}

/// Indices that several threads take one after the other.
private final class IndexedWork: Sendable {
  private let count: Int
  private let next = Atomic(0)
  // Called from several threads as the caller of `forEachOnOwnThreads` has been told.
  private nonisolated(unsafe) let body: (Int) -> Void

  init(_ count: Int, _ body: @escaping (Int) -> Void) {
    self.count = count
    unsafe self.body = body
  }

  func run() {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      unsafe body(index)
    }
  }
}

/// A thread that runs some work to its end; nil where the system has no thread to give.
@safe private struct OwnThread {
  private let thread: pthread_t

  init?(_ work: IndexedWork) {
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    // The work outlives the thread, which is joined.
    let context = unsafe Unmanaged.passUnretained(work).toOpaque()
    let status = unsafe pthread_create(&thread, nil, { unsafe runIndexedWork($0) }, context)
    guard status == 0 else { return nil }
    #if canImport(Glibc)
      self.thread = thread
    #else
      guard let thread = unsafe thread else { return nil }
      unsafe self.thread = thread
    #endif
  }

  func join() { _ = pthread_join(thread, nil) }
}

private func runIndexedWork(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context = unsafe context else { return nil }
  unsafe Unmanaged<IndexedWork>.fromOpaque(context).takeUnretainedValue().run()
  return nil
}
