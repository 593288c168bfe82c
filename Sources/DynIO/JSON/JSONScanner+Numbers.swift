extension JSONScanner {
  mutating func number() throws(JSONSyntaxError) -> Double {
    let first = position
    _ = take(UInt8(ascii: "-"))
    try takeWholePart(first: first)
    if take(UInt8(ascii: ".")) { try takeDigits(after: "the decimal point") }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try takeDigits(after: "the exponent sign")
    }
    return try converted(from: first)
  }

  private mutating func takeWholePart(first: Int) throws(JSONSyntaxError) {
    if current.map(isDigit) != true, isNonFiniteName(String(Substring(word(at: position)))) {
      throw noSuchNumber(at: first)
    }
    let zero = position
    try takeDigits(after: "the minus sign")
    if bytes[zero] == UInt8(ascii: "0"), position > zero + 1 {
      throw error("found a number that begins with 0, expected no leading zeros", at: first)
    }
  }

  private mutating func takeDigits(after place: String) throws(JSONSyntaxError) {
    let first = position
    take(while: isDigit)
    if position == first { throw unexpected(expecting: "a digit after \(place)") }
  }

  private func converted(from first: Int) throws(JSONSyntaxError) -> Double {
    let text = String(decoding: bytes[first..<position], as: UTF8.self)
    guard let number = Double(text), number.isFinite else {
      throw error(
        "found the number \(JSONExcerpt.cut(text)), expected a size of at most "
          + "\(Double.greatestFiniteMagnitude)", at: first)
    }
    return number
  }
}

extension JSONScanner {
  func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  func isNonFiniteName(_ word: String) -> Bool {
    ["nan", "inf", "infinity"].contains(word.lowercased())
  }

  /// The error for a name such as NaN or -Infinity that begins at `offset`.
  func noSuchNumber(at offset: Int? = nil) -> JSONSyntaxError {
    let offset = offset ?? position
    let sign = byte(at: offset) == UInt8(ascii: "-") ? "-" : ""
    let name = sign + String(Substring(word(at: offset + sign.utf8.count)))
    return error("found \(name), expected a finite number: JSON has no such number", at: offset)
  }
}
