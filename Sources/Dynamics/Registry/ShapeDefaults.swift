extension Shape {
  /// The value with every default that is a plain value written out; keys keep their order and
  /// defaults follow them.
  public func filled(_ value: Value) -> Value {
    switch (self, value) {
    case (.object(let parameters), .object(let members)):
      return .object(Self.filled(members, parameters))
    case (.kinds(let kinds), .object):
      guard case .string(let name)? = Fields(value)["kind"],
        let kind = kinds.first(where: { $0.name == name })
      else { return value }
      return kind.shape.filled(value)
    case (.list(let element, _), .list(let elements)):
      guard element.holdsObjects else { return value }
      return .list(elements.map { element.filled($0) })
    case (.either(let shapes), .object):
      let shape = shapes.first { $0.isObject }
      return shape?.filled(value) ?? value
    default: return value
    }
  }

  /// Whether values of this shape may be objects, and so have defaults.
  private var holdsObjects: Bool {
    switch self {
    case .list(let element, _): element.holdsObjects
    case .either(let shapes): shapes.contains(where: \.isObject)
    default: isObject
    }
  }

  private var isObject: Bool {
    switch self {
    case .object, .kinds: true
    default: false
    }
  }

  private static func filled(
    _ members: [Value.Member], _ parameters: [Parameter]
  ) -> [Value.Member] {
    var result = members.map { member in
      let shape = parameters.first { $0.key == member.key }?.shape
      return Value.Member(key: member.key, value: shape?.filled(member.value) ?? member.value)
    }
    for parameter in parameters where !members.contains(where: { $0.key == parameter.key }) {
      guard let value = parameter.defaultValue else { continue }
      result.append(Value.Member(key: parameter.key, value: parameter.shape.filled(value)))
    }
    return result
  }
}
