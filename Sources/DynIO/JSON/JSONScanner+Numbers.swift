extension JSONScanner {
  mutating func number() throws(JSONSyntaxError) -> Double {
    if let number = shortNumber() { return number }
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
  /// Reads a number of at most 15 digits without exponent, which most are: its digits and the power
  /// of ten are exact as doubles, so that one division rounds it rightly. Nil, with nothing taken, for
  /// all others and for what is no number.
  private mutating func shortNumber() -> Double? {
    var offset = position
    let isNegative = byte(at: offset) == UInt8(ascii: "-")
    if isNegative { offset += 1 }
    let first = offset
    var (digits, fraction) = (0, 0)
    var point: Int?
    while let byte = byte(at: offset) {
      if isDigit(byte) {
        guard offset - first < 16 else { return nil }
        digits = 10 * digits + Int(byte - UInt8(ascii: "0"))
      } else if byte == UInt8(ascii: "."), point == nil {
        point = offset
      } else {
        break
      }
      offset += 1
    }
    let whole = (point ?? offset) - first
    if let point { fraction = offset - point - 1 }
    let hasLeadingZero = whole > 1 && byte(at: first) == UInt8(ascii: "0")
    let isEmpty = whole == 0 || (point != nil && fraction == 0)
    let exponent = byte(at: offset).map { $0 | 0x20 }
    guard !isEmpty, !hasLeadingZero, whole + fraction <= 15, exponent != UInt8(ascii: "e") else {
      return nil
    }
    position = offset
    let size = Double(digits) / Self.powers[fraction]
    return isNegative ? -size : size
  }

  /// 10^0 to 10^15.
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

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
