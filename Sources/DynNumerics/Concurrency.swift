internal import Dispatch
internal import Synchronization

/// Work that is divided over threads.
public enum Concurrency {
  /// The processors that this process may use.
  public static var processorCount: Int { ProcessorCount.active }

  /// Calls `body` for every index below `count`, each once, on up to `threads` threads.
  ///
  /// The caller sees to it that different indices touch different memory.
  public static func forEach(_ count: Int, threads: Int, _ body: (_ index: Int) -> Void) {
    forEach(count, workspaces: [Void](repeating: (), count: max(1, threads))) { index, _ in
      body(index)
    }
  }

  /// The same with a work space for every thread: there are as many threads as work spaces.
  public static func forEach<Workspace>(
    _ count: Int, workspaces: [Workspace], _ body: (_ index: Int, Workspace) -> Void
  ) {
    let threads = min(workspaces.count, count)
    guard threads > 1 else {
      for index in 0..<count { body(index, workspaces[0]) }
      return
    }
    let next = Atomic(0)
    withoutActuallyEscaping(body) { body in
      let work = SharedWork(body: body, workspaces: workspaces)
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < count else { return }
          work.body(index, work.workspaces[thread])
        }
      }
    }
  }
}

/// What the threads share: the caller answers for it that they do not meet.
private struct SharedWork<Workspace>: @unchecked Sendable {
  let body: (Int, Workspace) -> Void
  let workspaces: [Workspace]
}
