internal import DynText

/// Typed access to the keys of one object of a scenario whose shape has been validated.
public struct Fields: Sendable {
  private let members: [Value.Member]

  /// The fields of an object; every other value has none.
  public init(_ value: Value) {
    if case .object(let members) = value { self.members = members } else { members = [] }
  }

  /// What a key is set to, or nil.
  public subscript(key: String) -> Value? {
    members.last { $0.key == key }?.value
  }

  /// Whether the key is given.
  public func has(_ key: String) -> Bool { self[key] != nil }

  /// The keys in the order of the file.
  public var keys: [String] { members.map(\.key) }

  /// The number at a key.
  ///
  /// - Throws: `Fault` when there is none.
  public func number(_ key: String) throws(Fault) -> Double {
    guard case .number(let number)? = self[key] else { throw Fault(key, "a number is missing") }
    return number
  }

  /// The number at a key, or another one where the key is not given.
  public func number(_ key: String, default value: Double) throws(Fault) -> Double {
    has(key) ? try number(key) : value
  }

  /// The whole number at a key.
  ///
  /// - Throws: `Fault` when there is none.
  public func integer(_ key: String) throws(Fault) -> Int {
    guard let integer = Int(exactly: try number(key)) else {
      throw Fault(key, "a whole number is missing")
    }
    return integer
  }

  /// The word at a key.
  ///
  /// - Throws: `Fault` when there is none.
  public func string(_ key: String) throws(Fault) -> String {
    guard case .string(let string)? = self[key] else { throw Fault(key, "a text is missing") }
    return string
  }

  /// Whether a key is given and true.
  public func isTrue(_ key: String) -> Bool { self[key] == .boolean(true) }

  /// The object at a key; without keys when it is not given.
  public func fields(_ key: String) -> Fields { Fields(self[key] ?? .null) }

  /// The elements of the list at a key; none when it is not given.
  public func list(_ key: String) -> [Value] {
    if case .list(let elements)? = self[key] { elements } else { [] }
  }

  /// The numbers of the list at a key.
  public func numbers(_ key: String) -> [Double] { self[key]?.numbers ?? [] }

  /// The lists of numbers of the list at a key.
  public func rows(_ key: String) -> [[Double]] { list(key).map { $0.numbers ?? [] } }
}

extension Value {
  /// The numbers of a list of numbers; nil for anything else.
  public var numbers: [Double]? {
    guard case .list(let elements) = self else { return nil }
    guard case .number? = elements.first ?? .number(0) else { return nil }
    var numbers: [Double] = []
    numbers.reserveCapacity(elements.count)
    for element in elements {
      guard case .number(let number) = element else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// A number as the user would type it: whole numbers without a fraction.
  public static func text(_ number: Double) -> String {
    if let integer = Int(exactly: number), abs(number) <= 0x1p53 { return String(integer) }
    return "\(number)"
  }

  /// The value in a few words, for error messages.
  public var brief: String {
    switch self {
    case .null: "null"
    case .boolean(let boolean): "\(boolean)"
    case .number(let number): Value.text(number)
    case .string(let string): "\"\(TerminalText.word(string))\""
    case .list(let elements): elements.isEmpty ? "an empty list" : "a list of \(elements.count)"
    case .object: "an object"
    }
  }
}
