import Dynamics

/// A place of the scenario format, with the means to make a scenario that has a value there.
struct ShapePlace: Sendable {
  let path: String
  /// What the place may hold.
  let shape: Shape
  /// A scenario with a value at the place and else only what it needs there.
  let scenario: @Sendable (Value) -> Value
}

extension Shape {
  /// Every place inside this shape: every key of every kind and every element of a list.
  ///
  /// - Parameter depth: how deep kinds inside kinds are followed.
  func places(path: String = "", depth: Int = 8) -> [ShapePlace] {
    let own = ShapePlace(path: path, shape: self) { $0 }
    return depth == 0 ? [own] : [own] + innerPlaces(path, depth - 1)
  }

  private func innerPlaces(_ path: String, _ depth: Int) -> [ShapePlace] {
    switch self {
    case .object(let parameters): Self.places(parameters, in: path, depth)
    case .kinds(let kinds): kinds.flatMap { $0.shape.innerPlaces("\(path)<\($0.name)>", depth) }
    case .either(let shapes): shapes.flatMap { $0.innerPlaces(path, depth) }
    case .list(let element, let count):
      element.places(path: path + "[]", depth: depth).map { place in
        place.inside { .list([$0] + [Value](repeating: element.sample, count: max(count - 1, 0))) }
      }
    case .map(let element):
      element.places(path: path + "[*]", depth: depth).map { place in
        place.inside { .object([.init(key: "key", value: $0)]) }
      }
    default: []
    }
  }

  private static func places(
    _ parameters: [Parameter], in path: String, _ depth: Int
  ) -> [ShapePlace] {
    parameters.flatMap { parameter in
      let others = parameters.filter { $0.isRequired && $0.key != parameter.key }
        .map { Value.Member(key: $0.key, value: $0.shape.sample) }
      return parameter.shape.places(path: "\(path).\(parameter.key)", depth: depth).map { place in
        place.inside { .object(others + [.init(key: parameter.key, value: $0)]) }
      }
    }
  }

  /// A value that the shape accepts.
  var sample: Value {
    switch self {
    case .anything: .number(2)
    case .number(let range), .integer(let range): .number(range.contains(2) ? 2 : range.lower)
    case .boolean: .boolean(false)
    case .string: .string("text")
    case .choice(let words): .string(words.first ?? "")
    case .list(let element, let count): .list([Value](repeating: element.sample, count: count))
    case .object(let parameters): Self.sample(parameters)
    case .kinds(let kinds): kinds.first?.shape.sample ?? .null
    case .either(let shapes): shapes.first?.sample ?? .null
    case .map: .object([])
    }
  }

  private static func sample(_ parameters: [Parameter]) -> Value {
    .object(
      parameters.filter(\.isRequired).map { .init(key: $0.key, value: $0.shape.sample) })
  }
}

extension ShapePlace {
  fileprivate func inside(_ wrap: @escaping @Sendable (Value) -> Value) -> ShapePlace {
    let scenario = scenario
    return ShapePlace(path: path, shape: shape) { wrap(scenario($0)) }
  }
}
