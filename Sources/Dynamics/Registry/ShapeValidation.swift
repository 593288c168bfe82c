internal import DynText

extension Shape {
  /// The ways in which a value differs from this shape, in the order of the file: the first
  /// ``faultLimit``, and how many more there are.
  ///
  /// - Complexity: O(size of the value).
  public func faults(of value: Value, at path: String = "") -> [Fault] {
    var list = FaultList()
    find(in: value, at: .whole(path), &list)
    return list.faults
  }

  private func find(in value: Value, at place: FaultPlace, _ list: inout FaultList) {
    switch self {
    case .list(let element, let minimumCount):
      findInList(value, place, element: element, minimumCount: minimumCount, &list)
    case .object(let parameters): findInObject(value, place, parameters, &list)
    case .kinds(let kinds): findInKinds(value, place, kinds, &list)
    case .map(let element): findInMap(value, place, element, &list)
    case .either(let shapes):
      guard let shape = shapes.first(where: { $0.accepts(typeOf: value) }) else {
        return list.add { mismatch(value, place) }
      }
      shape.find(in: value, at: place, &list)
    default:
      if !admits(value) { list.add { scalarFault(value, place) } }
    }
  }

  /// Whether a value that holds no others has this shape; false for shapes of values that do.
  private func admits(_ value: Value) -> Bool {
    switch (self, value) {
    case (.anything, _), (.boolean, .boolean), (.string, .string): true
    case (.number(let range), .number(let number)): number.isFinite && range.contains(number)
    case (.integer(let range), .number(let number)):
      range.contains(number) && number == number.rounded() && abs(number) < 0x1p53
    case (.choice(let words), .string(let word)): words.contains(word)
    case (.either(let shapes), _):
      shapes.first { $0.accepts(typeOf: value) }?.admits(value) ?? false
    default: false
    }
  }

  private func mismatch(_ value: Value, _ place: FaultPlace) -> Fault {
    Fault(place.path, "\(value.brief) is not allowed here: give \(expectation)")
  }

  private func scalarFault(_ value: Value, _ place: FaultPlace) -> Fault {
    guard case .choice(let words) = self, case .string(let word) = value else {
      return mismatch(value, place)
    }
    let path = place.path
    return Fault(path, Shape.unknown(word, key: Shape.noun(of: path), among: words).message)
  }

  private func findInList(
    _ value: Value, _ place: FaultPlace, element: Shape, minimumCount: Int, _ list: inout FaultList
  ) {
    guard case .list(let elements) = value, elements.count >= minimumCount else {
      return list.add { mismatch(value, place) }
    }
    // Places are made for elements that need one: long lists are lists of numbers.
    for (index, value) in elements.enumerated() where !element.admits(value) {
      element.find(in: value, at: .element(place, index), &list)
    }
  }

  private func findInMap(
    _ value: Value, _ place: FaultPlace, _ element: Shape, _ list: inout FaultList
  ) {
    guard case .object(let members) = value else { return list.add { mismatch(value, place) } }
    for member in members {
      element.find(in: member.value, at: .entry(place, member.key), &list)
    }
  }

  private func findInObject(
    _ value: Value, _ place: FaultPlace, _ parameters: [Parameter], _ list: inout FaultList
  ) {
    guard case .object(let members) = value else { return list.add { mismatch(value, place) } }
    for member in members {
      let inner = FaultPlace.key(place, member.key)
      if let parameter = parameters.first(where: { $0.key == member.key }) {
        parameter.shape.find(in: member.value, at: inner, &list)
      } else {
        list.add {
          Fault(inner.path, Shape.unknownKey(member.key, among: parameters.map(\.key)))
        }
      }
    }
    for parameter in parameters where parameter.isRequired {
      guard !members.contains(where: { $0.key == parameter.key }) else { continue }
      list.add {
        Fault(
          place.path,
          "the key \"\(parameter.key)\" is missing: give \(parameter.shape.expectation)")
      }
    }
  }

  private func findInKinds(
    _ value: Value, _ place: FaultPlace, _ kinds: [KindDescription], _ list: inout FaultList
  ) {
    guard case .object = value else { return list.add { mismatch(value, place) } }
    guard case .string(let name)? = Fields(value)["kind"] else {
      return list.add {
        Fault(
          place.path,
          "the key \"kind\" is missing: give one of \(Shape.words(kinds.map(\.name)))")
      }
    }
    guard let kind = kinds.first(where: { $0.name == name }) else {
      return list.add {
        Fault(
          FaultPlace.key(place, "kind").path,
          Shape.unknown(name, key: "kind", among: kinds.map(\.name)).message)
      }
    }
    kind.shape.find(in: value, at: place, &list)
  }

  private func accepts(typeOf value: Value) -> Bool {
    switch (self, value) {
    case (.anything, _), (.boolean, .boolean), (.string, .string), (.choice, .string),
      (.number, .number), (.integer, .number), (.list, .list), (.object, .object),
      (.kinds, .object), (.map, .object):
      true
    case (.either(let shapes), _): shapes.contains { $0.accepts(typeOf: value) }
    default: false
    }
  }
}

extension KindDescription {
  /// The kind's object, with its key `kind`.
  public var shape: Shape {
    .object([.required("kind", .choice([name]), summary)] + parameters)
  }
}

extension Shape {
  /// What is expected, in words.
  public var expectation: String {
    switch self {
    case .anything: "a value"
    case .boolean: "true or false"
    case .string: "a text in quotes"
    case .number(let range): "a number" + range.condition
    case .integer(let range): "a whole number" + range.condition
    case .choice(let words): "one of \(Shape.words(words))"
    case .list(_, let minimumCount):
      minimumCount > 0 ? "a list of at least \(minimumCount)" : "a list"
    case .object, .map: "an object"
    case .kinds(let kinds):
      "an object with \"kind\" one of \(Shape.words(kinds.map(\.name)))"
    case .either(let shapes): shapes.map(\.expectation).joined(separator: ", or ")
    }
  }

  /// What the value at a path is called: the last key, of a list without its plural.
  private static func noun(of path: String) -> String {
    let key = path.split(separator: ".").last.map(String.init) ?? "word"
    guard let bracket = key.firstIndex(of: "[") else { return key }
    let name = key[..<bracket]
    return name.hasSuffix("s") ? String(name.dropLast()) : String(name)
  }

  static func unknown(_ word: String, key: String, among words: [String]) -> Fault {
    let hint = Spelling.hint(for: word, among: words)
    let choice = words.count == 1 ? "give" : "give one of"
    let remedy = hint.isEmpty ? ": \(choice) \(Self.words(words))" : hint
    return Fault(key, "unknown \(key) \"\(TerminalText.word(word))\"\(remedy)")
  }

  static func unknownKey(_ key: String, among keys: [String]) -> String {
    let hint = Spelling.hint(for: key, among: keys)
    return "unknown key\(hint.isEmpty ? ": allowed are \(keys.joined(separator: ", "))" : hint)"
  }

  static func words(_ words: [String]) -> String {
    words.map { "\"\($0)\"" }.joined(separator: ", ")
  }
}
