import Synchronization

/// A predicted geometry that is found when first asked for.
public final class DeferredGeometry: Sendable {
  private let question: PredictedGeometry
  private let cache = Mutex<CollapsedGeometry??>(nil)

  init(_ question: PredictedGeometry) { self.question = question }

  /// The geometry; nil where the problem has none in closed form.
  public var solution: CollapsedGeometry? {
    cache.withLock { cached in
      if let cached { return cached }
      let solution = try? question.solution()
      cached = .some(solution)
      return solution
    }
  }
}
