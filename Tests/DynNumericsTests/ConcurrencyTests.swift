import Synchronization
import Testing

@testable import DynNumerics

@Suite struct ConcurrencyTests {
  @Test(arguments: [0, 1, 2, 7, 1000], [1, 2, 5, 64])
  func everyIndexOnce(count: Int, threads: Int) {
    let counts = Mutex([Int](repeating: 0, count: count))
    Concurrency.forEach(count, threads: threads) { index in counts.withLock { $0[index] += 1 } }
    #expect(counts.withLock { $0 } == [Int](repeating: 1, count: count))
  }

  /// A work space is never with two indices at the same time.
  @Test func workspacesAreNotShared() {
    final class Space: Sendable {
      let users = Atomic(0)
      let most = Atomic(0)
    }
    let spaces = (0..<8).map { _ in Space() }
    let done = Atomic(0)
    Concurrency.forEach(20_000, workspaces: spaces) { _, space in
      let users = space.users.add(1, ordering: .sequentiallyConsistent).newValue
      space.most.max(users, ordering: .sequentiallyConsistent)
      space.users.subtract(1, ordering: .sequentiallyConsistent)
      done.add(1, ordering: .sequentiallyConsistent)
    }
    #expect(done.load(ordering: .sequentiallyConsistent) == 20_000)
    #expect(spaces.allSatisfy { $0.most.load(ordering: .sequentiallyConsistent) <= 1 })
  }

  /// Work inside work, more of it than there are threads.
  @Test func nestedWorkEnds() {
    let sum = Atomic(0)
    Concurrency.forEach(300, threads: 300) { outer in
      Concurrency.forEach(40, threads: 8) { inner in
        sum.add(outer * inner, ordering: .relaxed)
      }
    }
    #expect(sum.load(ordering: .relaxed) == (299 * 300 / 2) * (39 * 40 / 2))
  }

  /// Threads do run at the same time: two that wait for each other both go on.
  @Test func threadsRunTogether() {
    let present = Atomic(0)
    Concurrency.forEach(2, threads: 2) { _ in
      present.add(1, ordering: .sequentiallyConsistent)
      var turns = 0
      while present.load(ordering: .sequentiallyConsistent) < 2, turns < 2_000_000_000 {
        turns += 1
      }
    }
    #expect(present.load(ordering: .sequentiallyConsistent) == 2)
  }

  /// An enormous number of threads is no more than the work can use.
  @Test func numbersOfThreadsBeyondAllMemory() {
    let sum = Atomic(0)
    Concurrency.forEach(3, threads: .max) { sum.add($0, ordering: .relaxed) }
    #expect(sum.load(ordering: .relaxed) == 3)
  }
}
