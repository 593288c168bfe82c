/// A value that is computed when first asked for.
final class Memoized<Value> {
  private let compute: () -> Value
  /// The value, if it has been asked for.
  private(set) var known: Value?

  var value: Value {
    if let known { return known }
    let value = compute()
    known = value
    return value
  }

  /// A value to be computed by the given closure.
  init(_ compute: @escaping () -> Value) { self.compute = compute }
}
