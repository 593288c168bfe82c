public import Dynamics

/// The JSON Schema (draft 2020-12) of a shape.
public enum JSONSchema {
  /// The schema of the scenario format.
  public static var scenario: Value {
    var members: [Value.Member] = [
      .init(key: "$schema", value: .string("https://json-schema.org/draft/2020-12/schema")),
      .init(key: "title", value: .string("dyn scenario")),
    ]
    if case .object(let own) = schema(ScenarioFormat.shape) { members += own }
    return .object(members)
  }

  /// The schema of a shape.
  public static func schema(_ shape: Shape) -> Value {
    switch shape {
    case .anything: .object([])
    case .boolean: typed("boolean")
    case .string: typed("string")
    case .number(let range): typed("number", bounds(range))
    case .integer(let range): typed("integer", bounds(range.upTo(0x1p53 - 1)))
    case .choice(let words): object(("enum", .list(words.map { .string($0) })))
    case .list(let element, let minimumCount):
      typed("array", [("items", schema(element)), ("minItems", .number(Double(minimumCount)))])
    case .object(let parameters): object(parameters)
    case .kinds(let kinds): object(("oneOf", .list(kinds.map { kindSchema($0) })))
    case .either(let shapes): object(("anyOf", .list(shapes.map { schema($0) })))
    case .map(let element): typed("object", [("additionalProperties", schema(element))])
    }
  }

  private static func kindSchema(_ kind: KindDescription) -> Value {
    describing(schema(kind.shape), kind.summary, default: nil)
  }

  private static func object(_ parameters: [Parameter]) -> Value {
    let properties = parameters.map { parameter in
      Value.Member(
        key: parameter.key,
        value: describing(
          schema(parameter.shape), parameter.summary, default: parameter.defaultValue))
    }
    let required = parameters.filter(\.isRequired).map { Value.string($0.key) }
    return typed(
      "object",
      [
        ("properties", .object(properties)), ("required", .list(required)),
        ("additionalProperties", .boolean(false)),
      ])
  }

  private static func describing(
    _ schema: Value, _ summary: String, default value: Value?
  ) -> Value {
    guard case .object(let members) = schema else { return schema }
    let defaults = value.map { [Value.Member(key: "default", value: $0)] } ?? []
    return .object(
      [Value.Member(key: "description", value: .string(summary))] + members + defaults)
  }

  private static func bounds(_ range: NumberRange) -> [(String, Value)] {
    var bounds: [(String, Value)] = []
    if range.lower > -Double.greatestFiniteMagnitude {
      bounds.append(
        (range.includesLower ? "minimum" : "exclusiveMinimum", .number(range.lower)))
    }
    if range.upper < Double.greatestFiniteMagnitude {
      bounds.append(("maximum", .number(range.upper)))
    }
    return bounds
  }

  private static func typed(_ name: String, _ others: [(String, Value)] = []) -> Value {
    .object(
      [Value.Member(key: "type", value: .string(name))]
        + others.map { Value.Member(key: $0.0, value: $0.1) })
  }

  private static func object(_ member: (String, Value)) -> Value {
    .object([Value.Member(key: member.0, value: member.1)])
  }
}

extension NumberRange {
  /// The range with an upper end at most a given number.
  fileprivate func upTo(_ limit: Double) -> NumberRange {
    NumberRange(lower: lower, includesLower: includesLower, upper: min(upper, limit))
  }
}
