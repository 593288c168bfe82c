extension JSONScanner {
  func error(_ message: String, at offset: Int? = nil) -> JSONSyntaxError {
    let offset = offset ?? position
    return JSONSyntaxError(line: line(of: offset), column: column(of: offset), message: message)
  }

  func unexpected(expecting expected: String) -> JSONSyntaxError {
    error("found \(found), expected \(expected)")
  }

  func line(of offset: Int) -> Int {
    1 + (start..<offset).count { endsLine(at: $0) }
  }

  private func column(of offset: Int) -> Int {
    var first = offset
    while first > start, !endsLine(at: first - 1) { first -= 1 }
    return String(decoding: bytes[first..<offset], as: UTF8.self).count + 1
  }

  private func endsLine(at offset: Int) -> Bool {
    switch bytes[offset] {
    case UInt8(ascii: "\n"): true
    case UInt8(ascii: "\r"): byte(at: offset + 1) != UInt8(ascii: "\n")
    default: false
    }
  }
}

extension JSONScanner {
  /// What stands at the position, in the words of an error sentence.
  private var found: String {
    guard let byte = current else { return "the end of the file" }
    return switch byte {
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"): "the end of the line"
    case UInt8(ascii: "\""): "a string"
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): "a number"
    case _ where isWordByte(byte): "the word \(excerpt(ofWordAt: position))"
    default: foundScalar
    }
  }

  private var foundScalar: String {
    let text = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
    return text.unicodeScalars.first.map(JSONExcerpt.character) ?? "nothing"
  }

  func word(at offset: Int) -> Substring.UTF8View {
    let length = bytes[offset...].prefix(JSONExcerpt.length + 1).prefix(while: isWordByte)
    return Substring(decoding: length, as: UTF8.self).utf8
  }

  private func excerpt(ofWordAt offset: Int) -> String {
    JSONExcerpt.cut(String(Substring(word(at: offset))))
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default:
      false
    }
  }
}
