/// A value of a scenario file: a parsed JSON value that keeps the order of its keys.
public enum Value: Sendable, Equatable {
  case null
  case boolean(Bool)
  case number(Double)
  case string(String)
  case list([Value])
  case object([Member])

  /// One key of an object with its value.
  public struct Member: Sendable, Equatable {
    /// The key as it stands in the file.
    public var key: String
    /// What the key is set to.
    public var value: Value

    /// Pairs a key with its value.
    public init(key: String, value: Value) {
      self.key = key
      self.value = value
    }
  }
}
