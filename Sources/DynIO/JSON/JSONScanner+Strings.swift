extension JSONScanner {
  /// Reads the string whose opening quote stands at the position.
  mutating func string() throws(JSONSyntaxError) -> String {
    let opening = position
    position += 1
    var content: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"):
        content.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20:
        throw controlCharacter(byte)
      default:
        content.append(byte)
        position += 1
      }
    }
    throw error(
      "found the end of the file, expected '\"' to close the string opened in line "
        + "\(line(of: opening))")
  }

  private func controlCharacter(_ byte: UInt8) -> JSONSyntaxError {
    switch byte {
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
      error("found the end of the line in a string, expected '\"' or \\n for a line break")
    case UInt8(ascii: "\t"):
      error("found a tab in a string, expected \\t")
    default:
      error(
        "found the control character \(JSONExcerpt.codePoint(Unicode.Scalar(byte))) in a string, "
          + "expected an escape such as \\u001B")
    }
  }
}

extension JSONScanner {
  /// Reads the escape whose backslash stands at the position.
  private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
    position += 1
    let letter = current
    if letter == UInt8(ascii: "u") { return try unicodeEscape() }
    guard let letter, let scalar = Self.escapes[letter] else {
      throw unexpected(expecting: "one of \" \\ / b f n r t u after the backslash")
    }
    position += 1
    return scalar
  }

  private static let escapes: [UInt8: Unicode.Scalar] = [
    UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
    UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n",
    UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
  ]

  private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
    let first = position - 1
    let unit = try codeUnit()
    if !UTF16.isSurrogate(unit), let scalar = Unicode.Scalar(unit) { return scalar }
    guard UTF16.isLeadSurrogate(unit), take(UInt8(ascii: "\\")), current == UInt8(ascii: "u") else {
      throw unpairedSurrogate(at: first)
    }
    let trail = try codeUnit()
    guard UTF16.isTrailSurrogate(trail) else { throw unpairedSurrogate(at: first) }
    return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
  }

  private func unpairedSurrogate(at offset: Int) -> JSONSyntaxError {
    let escape = String(decoding: bytes[offset..<offset + 6], as: UTF8.self)
    return error(
      "found \(escape), which is half of a surrogate pair, expected a pair such as \\uD83D\\uDE00",
      at: offset)
  }

  /// Reads the four digits behind the "u" at the position.
  private mutating func codeUnit() throws(JSONSyntaxError) -> UInt16 {
    position += 1
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw unexpected(expecting: "four hexadecimal digits after \\u")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}
