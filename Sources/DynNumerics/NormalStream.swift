internal import Synchronization

/// The normal numbers of one seed, drawn from the first one on as often as they are wanted.
public final class NormalStream: Sendable {
  private let seed: UInt64
  private let generator: Mutex<GeneratorBox>

  /// - Throws: `NumericsError.outOfMemory` when the generator cannot be allocated.
  public init(seed: UInt64) throws(NumericsError) {
    self.seed = seed
    generator = Mutex(GeneratorBox(try RandomNormals(seed: seed)))
  }

  /// The first `count` numbers, each multiplied by `scale`.
  public func numbers(_ count: Int, scale: Double) -> [Double] {
    generator.withLock { box in
      box.generator.restart(seed: seed)
      return box.generator.next(count, scale: scale)
    }
  }
}

/// A generator that can stand behind a lock.
private final class GeneratorBox {
  var generator: RandomNormals
  init(_ generator: consuming RandomNormals) { self.generator = generator }
}
