internal import DynText

extension Shape {
  /// Every way in which a value differs from this shape, in the order of the file.
  ///
  /// - Complexity: O(size of the value).
  public func faults(of value: Value, at path: String = "") -> [Fault] {
    switch self {
    case .anything: []
    case .boolean: if case .boolean = value { [] } else { [mismatch(value, path)] }
    case .string: if case .string = value { [] } else { [mismatch(value, path)] }
    case .number(let range): numberFaults(value, path, range, mustBeWhole: false)
    case .integer(let range): numberFaults(value, path, range, mustBeWhole: true)
    case .choice(let words): choiceFaults(value, path, words)
    case .list(let element, let minimumCount):
      listFaults(value, path, element: element, minimumCount: minimumCount)
    case .object(let parameters): objectFaults(value, path, parameters)
    case .kinds(let kinds): kindFaults(value, path, kinds)
    case .either(let shapes): eitherFaults(value, path, shapes)
    case .map(let element): mapFaults(value, path, element)
    }
  }

  private func mismatch(_ value: Value, _ path: String) -> Fault {
    Fault(path, "\(value.brief) is not allowed here: give \(expectation)")
  }

  private func numberFaults(
    _ value: Value, _ path: String, _ range: NumberRange, mustBeWhole: Bool
  ) -> [Fault] {
    guard case .number(let number) = value, number.isFinite, range.contains(number),
      !mustBeWhole || (number == number.rounded() && abs(number) <= 0x1p53)
    else { return [mismatch(value, path)] }
    return []
  }

  private func choiceFaults(_ value: Value, _ path: String, _ words: [String]) -> [Fault] {
    guard case .string(let word) = value else { return [mismatch(value, path)] }
    if words.contains(word) { return [] }
    return [Fault(path, Shape.unknown(word, key: Shape.noun(of: path), among: words).message)]
  }

  private func listFaults(
    _ value: Value, _ path: String, element: Shape, minimumCount: Int
  ) -> [Fault] {
    guard case .list(let elements) = value, elements.count >= minimumCount else {
      return [mismatch(value, path)]
    }
    return elements.enumerated().flatMap { element.faults(of: $1, at: "\(path)[\($0)]") }
  }

  private func mapFaults(_ value: Value, _ path: String, _ element: Shape) -> [Fault] {
    guard case .object(let members) = value else { return [mismatch(value, path)] }
    return members.flatMap { member in
      // By scalars: a quote with a combining mark is another Character, and still a quote.
      let key = member.key.unicodeScalars.map { scalar in
        (scalar == "\"" || scalar == "\\" ? "\\" : "") + String(scalar)
      }
      return element.faults(of: member.value, at: "\(path)[\"\(key.joined())\"]")
    }
  }

  private func objectFaults(
    _ value: Value, _ path: String, _ parameters: [Parameter]
  ) -> [Fault] {
    guard case .object(let members) = value else { return [mismatch(value, path)] }
    let missing = parameters.filter { parameter in
      parameter.isRequired && !members.contains { $0.key == parameter.key }
    }
    return members.flatMap { member -> [Fault] in
      let place = Fault.join(path, member.key)
      guard let parameter = parameters.first(where: { $0.key == member.key }) else {
        return [Fault(place, Shape.unknownKey(member.key, among: parameters.map(\.key)))]
      }
      return parameter.shape.faults(of: member.value, at: place)
    }
      + missing.map {
        Fault(path, "the key \"\($0.key)\" is missing: give \($0.shape.expectation)")
      }
  }

  private func kindFaults(
    _ value: Value, _ path: String, _ kinds: [KindDescription]
  ) -> [Fault] {
    guard case .object = value else { return [mismatch(value, path)] }
    guard case .string(let name)? = Fields(value)["kind"] else {
      return [
        Fault(path, "the key \"kind\" is missing: give one of \(Shape.words(kinds.map(\.name)))")
      ]
    }
    guard let kind = kinds.first(where: { $0.name == name }) else {
      let place = Fault.join(path, "kind")
      return [Fault(place, Shape.unknown(name, key: "kind", among: kinds.map(\.name)).message)]
    }
    return kind.shape.faults(of: value, at: path)
  }

  private func eitherFaults(_ value: Value, _ path: String, _ shapes: [Shape]) -> [Fault] {
    guard let shape = shapes.first(where: { $0.accepts(typeOf: value) }) else {
      return [mismatch(value, path)]
    }
    return shape.faults(of: value, at: path)
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
