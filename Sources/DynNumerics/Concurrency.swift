internal import CKernels
internal import Synchronization

/// Work that is divided over threads.
public enum Concurrency {
  /// The processors that this process may use.
  public static var processorCount: Int { min(ProcessorCount.active, ThreadRoom.mostThreads) }

  /// Calls `body` for every index below `count`, each once, on up to `threads` threads.
  ///
  /// Where the system gives fewer threads, those that there are do all the work. The caller sees to
  /// it that different indices touch different memory.
  public static func forEach(_ count: Int, threads: Int, _ body: (_ index: Int) -> Void) {
    // More threads than indices have nothing to do, whatever number of them is asked for.
    let spaces: [Void] = [Void](repeating: (), count: max(1, min(threads, count)))
    forEach(count, workspaces: spaces) { index, _ in body(index) }
  }

  /// The same with a work space for every thread: there are at most as many threads as work spaces.
  public static func forEach<Workspace>(
    _ count: Int, workspaces: [Workspace], _ body: (_ index: Int, Workspace) -> Void
  ) {
    let threads = min(workspaces.count, count, ThreadRoom.mostThreads)
    guard threads > 1 else {
      for index in 0..<count { body(index, workspaces[0]) }
      return
    }
    let next = Atomic(0)
    run(threads) { thread in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(index, workspaces[thread])
      }
    }
  }

  /// Calls `body` on the calling thread and on up to `threads - 1` others at the same time.
  private static func run(_ threads: Int, _ body: (_ thread: Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      let work = SharedWork(body: body)
      withExtendedLifetime(work) {
        unsafe dyn_threads_run(
          threads,
          { context, thread in
            guard let context = unsafe context else { return }
            unsafe Unmanaged<SharedWork>.fromOpaque(context).takeUnretainedValue().body(thread)
          }, Unmanaged.passUnretained(work).toOpaque())
      }
    }
  }
}

/// What the threads share: the caller answers for it that they do not meet.
private final class SharedWork {
  let body: (Int) -> Void

  init(body: @escaping (Int) -> Void) { self.body = body }
}
