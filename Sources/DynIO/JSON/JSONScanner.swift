/// A position in the bytes of a JSON text, with the steps that all parts of the grammar share.
struct JSONScanner {
  let bytes: [UInt8]
  let start: Int
  var position: Int

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    position = start
  }

  var current: UInt8? { byte(at: position) }

  func byte(at offset: Int) -> UInt8? {
    offset < bytes.count ? bytes[offset] : nil
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  mutating func take(while condition: (UInt8) -> Bool) {
    while let byte = current, condition(byte) { position += 1 }
  }
}

extension JSONScanner {
  mutating func skipBlanksAndComments() throws(JSONSyntaxError) {
    while let byte = current {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        position += 1
      case UInt8(ascii: "/"):
        try skipComment()
      default:
        return
      }
    }
  }

  private mutating func skipComment() throws(JSONSyntaxError) {
    switch byte(at: position + 1) {
    case UInt8(ascii: "/"):
      take { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    case UInt8(ascii: "*"):
      try skipBlockComment()
    default:
      throw error("found a single \"/\", expected \"//\" or \"/*\" to begin a comment")
    }
  }

  private mutating func skipBlockComment() throws(JSONSyntaxError) {
    let opening = position
    position += 2
    while current != nil {
      if take(UInt8(ascii: "*")) {
        if take(UInt8(ascii: "/")) { return }
      } else {
        position += 1
      }
    }
    throw error(
      "found the end of the file, expected \"*/\" to close the comment opened in line "
        + "\(line(of: opening))")
  }
}

extension JSONScanner {
  func requireUTF8() throws(JSONSyntaxError) {
    var offset = start
    while offset < bytes.count {
      guard bytes[offset] >= 0x80 else {
        offset += 1
        continue
      }
      var parser = Unicode.UTF8.ForwardParser()
      var iterator = bytes[offset...].makeIterator()
      switch parser.parseScalar(from: &iterator) {
      case .valid(let scalar):
        offset += scalar.count
      case .emptyInput:
        return
      case .error:
        throw error(
          "found the byte \(hexadecimal(bytes[offset])) that is not UTF-8 text, expected a file "
            + "in UTF-8", at: offset)
      }
    }
  }

  private func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0x0" : "0x") + String(byte, radix: 16, uppercase: true)
  }
}
