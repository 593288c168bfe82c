import Synchronization

/// A value that is computed when first asked for, by whichever thread that is.
final class Once<Value: Sendable>: Sendable {
  private let state = Mutex<Value?>(nil)

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
