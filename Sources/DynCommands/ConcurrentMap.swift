import Dispatch
import Synchronization

extension Array where Element: Sendable {
  /// The images of all elements in their order, computed over all cores.
  ///
  /// - Parameter progress: called with the share that is done, one call at a time.
  func concurrentMap<Image: Sendable>(
    progress: (Double) -> Void, _ body: @Sendable (Element) -> Image
  ) -> [Image] {
    let state = Mutex((images: [Image?](repeating: nil, count: count), done: 0))
    // Dispatch returns only when every image is there; `progress` is called under the lock.
    withoutActuallyEscaping(progress) { progress in
      let report = UncheckedSendable(progress)
      DispatchQueue.concurrentPerform(iterations: count) { index in
        let image = body(self[index])
        state.withLock { state in
          state.images[index] = image
          state.done += 1
          report.value(Double(state.done) / Double(state.images.count))
        }
      }
    }
    return state.withLock { $0.images.compactMap { $0 } }
  }
}

/// A value that is used under a lock although its type cannot say so.
private struct UncheckedSendable<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
