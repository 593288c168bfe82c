import DynNumerics
import Synchronization

extension Array where Element: Sendable {
  /// The images of all elements in their order, computed by several threads.
  ///
  /// - Parameter progress: called with the share that is done, one call at a time.
  func concurrentMap<Image: Sendable>(
    threads: Int, progress: (Double) -> Void, _ body: @Sendable (Element) -> Image
  ) -> [Image] {
    let state = Mutex((images: [Image?](repeating: nil, count: count), done: 0))
    Concurrency.forEachOnOwnThreads(count, threads: threads) { index in
      let image = body(self[index])
      state.withLock { state in
        state.images[index] = image
        state.done += 1
        progress(Double(state.done) / Double(state.images.count))
      }
    }
    return state.withLock { $0.images.compactMap { $0 } }
  }
}
