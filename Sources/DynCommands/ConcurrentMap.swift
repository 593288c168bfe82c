import DynNumerics
import Synchronization

extension RandomAccessCollection where Self: Sendable, Element: Sendable, Index == Int {
  /// The images of all elements in their order, computed by several threads.
  ///
  /// Each call is told how many threads it may use itself: one while as many calls run as there are
  /// threads, and more for the last few, which would leave threads idle.
  ///
  /// - Parameters:
  ///   - atOnce: how many calls may run at the same time.
  ///   - progress: called with the share that is done, one call at a time.
  func concurrentMap<Image: Sendable>(
    threads: Int, atOnce: Int = .max, progress: (Double) -> Void,
    _ body: @Sendable (Element, _ threads: Int) -> Image
  ) -> [Image] {
    let state = Mutex((images: [Image?](repeating: nil, count: count), done: 0))
    let width = Swift.min(threads, Swift.max(atOnce, 1))
    let rest = count % width
    for (range, running) in [(0..<count - rest, width), (count - rest..<count, rest)] {
      let share = Swift.max(1, threads / Swift.max(running, 1))
      Concurrency.forEach(range.count, threads: running) { index in
        let image = body(self[startIndex + range.lowerBound + index], share)
        state.withLock { state in
          state.images[range.lowerBound + index] = image
          state.done += 1
          progress(Double(state.done) / Double(state.images.count))
        }
      }
    }
    return state.withLock { $0.images.compactMap { $0 } }
  }
}
