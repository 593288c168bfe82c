import Dynamics

extension JSONScanner {
  mutating func document() throws(JSONSyntaxError) -> Value {
    try skipBlanksAndComments()
    let result = try value(depth: 0)
    try skipBlanksAndComments()
    guard current == nil else {
      throw unexpected(expecting: "nothing more after the first value")
    }
    return result
  }

  /// Reads the value at the position; `depth` arrays and objects are open around it.
  mutating func value(depth: Int) throws(JSONSyntaxError) -> Value {
    switch current {
    case UInt8(ascii: "{"): try object(depth: depth + 1)
    case UInt8(ascii: "["): try list(depth: depth + 1)
    case UInt8(ascii: "\""): .string(try string())
    case UInt8(ascii: "-"): .number(try number())
    case let byte? where isDigit(byte): .number(try number())
    default: try literal()
    }
  }

  private mutating func literal() throws(JSONSyntaxError) -> Value {
    guard current != nil else { throw unexpected(expecting: "a value") }
    let word = String(Substring(word(at: position)))
    guard let result = Self.literals[word] else { throw notAValue(word) }
    position += word.utf8.count
    return result
  }

  private static let literals: [String: Value] = [
    "true": .boolean(true), "false": .boolean(false), "null": .null,
  ]

  private func notAValue(_ word: String) -> JSONSyntaxError {
    let folded = word.lowercased()
    if Self.literals.keys.contains(folded) || folded == "none" {
      return unexpected(expecting: folded == "none" ? "null" : "\(folded) in lower case")
    }
    if isNonFiniteName(word) { return noSuchNumber() }
    if !word.isEmpty { return unexpected(expecting: "a value; text needs double quotes") }
    return switch current {
    case UInt8(ascii: "'"): unexpected(expecting: "a value; text needs double quotes")
    case UInt8(ascii: "+"): unexpected(expecting: "a number without a plus sign")
    case UInt8(ascii: "."): unexpected(expecting: "a digit before the decimal point")
    default: unexpected(expecting: "a value")
    }
  }
}
