import Synchronization

/// A value that is computed when first asked for, by whichever thread that is.
final class Once<Value: Sendable>: Sendable {
  private let state = Mutex<Value?>(nil)

  /// The value, if it has been asked for.
  var known: Value? { state.withLock { $0 } }

  /// The value; `make` is called the first time only.
  func value(_ make: () -> Value) -> Value {
    state.withLock { known in
      if let known { return known }
      let value = make()
      known = value
      return value
    }
  }
}

/// A value with the way to compute it, which is taken when it is first asked for.
public final class Deferred<Value: Sendable>: Sendable {
  private let compute: @Sendable () -> Value
  private let once = Once<Value>()

  /// A value to be computed by a closure.
  public init(_ compute: @escaping @Sendable () -> Value) { self.compute = compute }

  /// The value, if it has been asked for.
  public var known: Value? { once.known }

  /// The value.
  public var value: Value { once.value(compute) }
}
