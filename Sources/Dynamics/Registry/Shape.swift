/// What a place in a scenario may hold. Validation, the JSON Schema and the defaults follow from
/// it, so that they cannot disagree.
public indirect enum Shape: Sendable {
  case boolean
  case string
  case number(NumberRange)
  case integer(NumberRange)
  /// One of a fixed set of words.
  case choice([String])
  case list(of: Shape, minimumCount: Int)
  case object([Parameter])
  /// An object whose key `kind` says which other keys it has.
  case kinds([KindDescription])
  /// The first alternative that accepts the value's JSON type.
  case either([Shape])
  /// An object with any keys, all of whose values have one shape.
  case map(of: Shape)
  case anything
}

/// An interval of numbers that a parameter accepts.
public struct NumberRange: Sendable, Equatable {
  /// The lower end.
  public let lower: Double
  /// Whether the lower end itself is accepted.
  public let includesLower: Bool
  /// The upper end, accepted itself.
  public let upper: Double

  /// An interval from its ends.
  public init(lower: Double, includesLower: Bool, upper: Double) {
    self.lower = lower
    self.includesLower = includesLower
    self.upper = upper
  }

  /// Every finite number.
  public static let any = NumberRange(
    lower: -.greatestFiniteMagnitude, includesLower: true, upper: .greatestFiniteMagnitude)
  /// Numbers above 0.
  public static let positive = NumberRange(
    lower: 0, includesLower: false, upper: .greatestFiniteMagnitude)
  /// Numbers from 0 on.
  public static let nonNegative = NumberRange.atLeast(0)

  /// Numbers from `lower` on.
  public static func atLeast(_ lower: Double) -> NumberRange {
    NumberRange(lower: lower, includesLower: true, upper: .greatestFiniteMagnitude)
  }

  /// Numbers from `lower` to `upper`.
  public static func from(_ lower: Double, through upper: Double) -> NumberRange {
    NumberRange(lower: lower, includesLower: true, upper: upper)
  }

  /// Whether the number is in the interval.
  public func contains(_ number: Double) -> Bool {
    (includesLower ? number >= lower : number > lower) && number <= upper
  }

  /// The condition in words, such as ` greater than 0`; empty when any number will do.
  var condition: String {
    var conditions: [String] = []
    if lower > -Double.greatestFiniteMagnitude {
      conditions.append((includesLower ? "at least " : "greater than ") + Value.text(lower))
    }
    if upper < Double.greatestFiniteMagnitude {
      conditions.append("at most " + Value.text(upper))
    }
    return conditions.isEmpty ? "" : " " + conditions.joined(separator: " and ")
  }
}

/// One key of an object.
public struct Parameter: Sendable {
  /// The key.
  public let key: String
  /// What it may hold.
  public let shape: Shape
  /// What it means, in one line.
  public let summary: String
  /// Whether it must be given.
  public let isRequired: Bool
  /// What holds when it is not given, where that is a plain value.
  public let defaultValue: Value?

  /// A key that must be given.
  public static func required(_ key: String, _ shape: Shape, _ summary: String) -> Parameter {
    Parameter(key: key, shape: shape, summary: summary, isRequired: true, defaultValue: nil)
  }

  /// A key that may be left out.
  public static func optional(
    _ key: String, _ shape: Shape, _ summary: String, default value: Value? = nil
  ) -> Parameter {
    Parameter(key: key, shape: shape, summary: summary, isRequired: false, defaultValue: value)
  }
}

/// One kind of a registry, as the scenario format sees it.
public struct KindDescription: Sendable {
  /// The word after `"kind":`.
  public let name: String
  /// What it is, in one line, with its formula.
  public let summary: String
  /// Its keys beside `kind`.
  public let parameters: [Parameter]

  /// Describes a kind.
  public init(_ name: String, _ summary: String, parameters: [Parameter] = []) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
  }
}

/// One kind of a registry with the way to make its product from the scenario's values.
public struct Kind<Product>: Sendable {
  /// Name, summary and keys.
  public let description: KindDescription
  /// Makes the product; throws the fault of values that do not go together.
  public let make: @Sendable (Fields) throws(Fault) -> Product

  /// Registers a kind.
  public init(
    _ name: String, _ summary: String, parameters: [Parameter] = [],
    make: @escaping @Sendable (Fields) throws(Fault) -> Product
  ) {
    description = KindDescription(name, summary, parameters: parameters)
    self.make = make
  }

  /// The same kind with its product seen as something else.
  public func map<Other>(_ transform: @escaping @Sendable (Product) -> Other) -> Kind<Other> {
    Kind<Other>(description.name, description.summary, parameters: description.parameters) {
      fields throws(Fault) in transform(try make(fields))
    }
  }
}

extension Array {
  /// The kinds of a registry as a shape.
  public func shape<Product>() -> Shape where Element == Kind<Product> {
    .kinds(map(\.description))
  }

  /// Makes the product that `fields` asks for by its key `kind`.
  ///
  /// - Throws: `Fault` for values that do not go together.
  public func make<Product>(_ fields: Fields) throws(Fault) -> Product
  where Element == Kind<Product> {
    let name = try fields.string("kind")
    guard let kind = first(where: { $0.description.name == name }) else {
      throw Shape.unknown(name, key: "kind", among: map(\.description.name))
    }
    return try kind.make(fields)
  }
}
