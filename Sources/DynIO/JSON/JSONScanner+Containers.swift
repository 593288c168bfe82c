import Dynamics

extension JSONScanner {
  mutating func list(depth: Int) throws(JSONSyntaxError) -> Value {
    let bracket = try open(closing: UInt8(ascii: "]"), name: "array", depth: depth)
    var elements: [Value] = []
    try skipBlanksAndComments()
    while !take(bracket.closing) {
      guard current != nil else { throw unclosed(bracket) }
      elements.append(try value(depth: depth))
      try skipSeparator(in: bracket)
    }
    return .list(elements)
  }

  mutating func object(depth: Int) throws(JSONSyntaxError) -> Value {
    let bracket = try open(closing: UInt8(ascii: "}"), name: "object", depth: depth)
    var members: [Value.Member] = []
    var places: [JSONKey: Int] = [:]
    try skipBlanksAndComments()
    while !take(bracket.closing) {
      guard current != nil else { throw unclosed(bracket) }
      let key = try key(notIn: &places)
      members.append(Value.Member(key: key, value: try value(depth: depth)))
      try skipSeparator(in: bracket)
    }
    return .object(members)
  }

  /// Reads a key up to its value and records where it stands.
  private mutating func key(notIn places: inout [JSONKey: Int]) throws(JSONSyntaxError) -> String {
    let place = position
    guard current == UInt8(ascii: "\"") else {
      throw unexpected(expecting: "a key in double quotes or \"}\"")
    }
    let key = try string()
    if let earlier = places.updateValue(place, forKey: JSONKey(key)) {
      throw error(
        "found the key \(JSONExcerpt.quoted(key)) again (first in line \(line(of: earlier))), "
          + "expected each key once", at: place)
    }
    try skipBlanksAndComments()
    guard take(UInt8(ascii: ":")) else {
      throw unexpected(expecting: "\":\" after the key \(JSONExcerpt.quoted(key))")
    }
    try skipBlanksAndComments()
    return key
  }
}

extension JSONScanner {
  private struct Bracket {
    let offset: Int
    let closing: UInt8
    let name: String

    var closingText: String { "\"\(Character(Unicode.Scalar(closing)))\"" }
  }

  private mutating func open(
    closing: UInt8, name: String, depth: Int
  ) throws(JSONSyntaxError) -> Bracket {
    guard depth <= JSONParser.maximumDepth else {
      throw error(
        "found an \(name) nested \(depth) deep, expected at most \(JSONParser.maximumDepth) levels")
    }
    defer { position += 1 }
    return Bracket(offset: position, closing: closing, name: name)
  }

  private mutating func skipSeparator(in bracket: Bracket) throws(JSONSyntaxError) {
    try skipBlanksAndComments()
    if take(UInt8(ascii: ",")) { return try skipBlanksAndComments() }
    guard current != nil else { throw unclosed(bracket) }
    guard current == bracket.closing else {
      throw unexpected(expecting: "\",\" or \(bracket.closingText)")
    }
  }

  private func unclosed(_ bracket: Bracket) -> JSONSyntaxError {
    unexpected(
      expecting: "\(bracket.closingText) to close the \(bracket.name) opened in line "
        + "\(line(of: bracket.offset))")
  }
}

/// A key by which duplicates are found.
private enum JSONKey: Hashable {
  case short(String)
  case long([UInt8])

  init(_ key: String) {
    // Keys that Swift takes for equal shall not both pass, whatever bytes they have. But to compare
    // strings, Swift sorts runs of combining characters in quadratic time.
    self = key.utf8.count <= 256 ? .short(key) : .long(Array(key.utf8))
  }
}
