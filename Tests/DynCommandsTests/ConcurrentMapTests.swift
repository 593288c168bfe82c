import Synchronization
import Testing

@testable import DynCommands

@Suite struct ConcurrentMapTests {
  /// Calls at the same time never use more threads than were given, and the last few share them.
  @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 5, 8, 13])
  func callsShareTheThreads(threads: Int, count: Int) {
    let shares = Mutex([Int: Int]())
    let images = Array(0..<count).concurrentMap(threads: threads, progress: { _ in }) {
      element, share in
      shares.withLock { $0[element] = share }
      return 2 * element
    }
    #expect(images == (0..<count).map { 2 * $0 })
    let rest = count % threads
    for (element, share) in shares.withLock({ $0 }) {
      #expect(share == (element < count - rest ? 1 : threads / rest))
    }
  }

  /// Two at once of four threads: each has two.
  @Test func fewerRunAtOnceWhereMemoryIsShort() {
    var shares: [Double] = []
    let images = Array(0..<6).concurrentMap(
      threads: 4, atOnce: 2, progress: { shares.append($0) }
    ) { _, threads in threads }
    #expect(images == [2, 2, 2, 2, 2, 2])
    #expect(shares.last == 1 && shares == shares.sorted())
  }
}
