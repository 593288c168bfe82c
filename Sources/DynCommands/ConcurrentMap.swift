import DynNumerics
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension RandomAccessCollection where Self: Sendable, Element: Sendable, Index == Int {
  /// Computes something of every element with several threads and hands it on in the order of the
  /// elements, one at a time.
  ///
  /// Each call is told how many threads it may use itself: one while as many calls run as there are
  /// threads, and more for the last few, which would leave threads idle.
  ///
  /// - Parameters:
  ///   - atOnce: how many calls may run at the same time.
  ///   - deliver: called with each image, in order, as soon as all before it are known.
  func concurrentForEach<Image: Sendable>(
    threads: Int, atOnce: Int = .max, _ body: @Sendable (Element, _ threads: Int) -> Image,
    deliver: (Image) -> Void
  ) {
    let state = Mutex(Delivery<Image>())
    let width = Swift.min(threads, Swift.max(atOnce, 1))
    let rest = count % width
    for (range, running) in [(0..<count - rest, width), (count - rest..<count, rest)] {
      let share = Swift.max(1, threads / Swift.max(running, 1))
      Concurrency.forEach(range.count, threads: running) { offset in
        let index = range.lowerBound + offset
        // Images that wait for an earlier one take memory: nobody runs far ahead of it.
        while state.withLock({ index >= $0.next + waitingLimit * width }) { usleep(1000) }
        let image = body(self[startIndex + index], share)
        state.withLock { state in
          state.waiting[index] = image
          while let next = state.waiting.removeValue(forKey: state.next) {
            state.next += 1
            deliver(next)
          }
        }
      }
    }
  }

  /// The images of all elements in their order, computed by several threads.
  ///
  /// - Parameter progress: called with the share that is done, one call at a time.
  func concurrentMap<Image: Sendable>(
    threads: Int, atOnce: Int = .max, progress: (Double) -> Void,
    _ body: @Sendable (Element, _ threads: Int) -> Image
  ) -> [Image] {
    var images: [Image] = []
    images.reserveCapacity(count)
    concurrentForEach(threads: threads, atOnce: atOnce, body) { image in
      images.append(image)
      progress(Double(images.count) / Double(count))
    }
    return images
  }
}

/// Images per thread that may wait for an earlier one.
private let waitingLimit = 2

/// What is known of a sequence of images that are computed in any order.
private struct Delivery<Image> {
  var next = 0
  var waiting: [Int: Image] = [:]
}
