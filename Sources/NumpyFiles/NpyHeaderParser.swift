/// Reads the Python dictionary of a header: exactly `descr`, `fortran_order` and `shape`.
struct NpyHeaderParser {
  private let bytes: [UInt8]
  private var position = 0
  private var type: NpyType?
  private var isFortranOrder: Bool?
  private var shape: [Int]?

  // NumPy itself stops at 64 axes.
  private static let mostAxes = 64

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func parse() throws(NumpyArrayProblem) -> (
    type: NpyType, isFortranOrder: Bool, shape: [Int]
  ) {
    try expect("{")
    while !skip("}") {
      try parseMember()
      guard skip(",") else {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard position == bytes.count else { throw malformed("goes on after its dictionary") }
    guard let type else { throw malformed("has no 'descr'") }
    guard let isFortranOrder else { throw malformed("has no 'fortran_order'") }
    guard let shape else { throw malformed("has no 'shape'") }
    return (type, isFortranOrder, shape)
  }

  private mutating func parseMember() throws(NumpyArrayProblem) {
    let key = try parseString()
    try expect(":")
    switch key {
    case "descr" where type == nil: type = try parseType()
    case "fortran_order" where isFortranOrder == nil: isFortranOrder = try parseBoolean()
    case "shape" where shape == nil: shape = try parseShape()
    case "descr", "fortran_order", "shape": throw malformed("has '\(key)' twice")
    default: throw malformed("has the unknown key '\(key)'")
    }
  }

  private mutating func parseType() throws(NumpyArrayProblem) -> NpyType {
    if skip("[") || skip("(") {
      let remedy = "structured elements are not read: save each field as its own array"
      throw .unsupportedType("with fields", remedy: remedy)
    }
    return try NpyType(try parseString())
  }

  private mutating func parseString() throws(NumpyArrayProblem) -> String {
    let quote: UInt8 = skip("\"") ? 0x22 : 0x27
    if quote == 0x27 { try expect("'") }
    let start = position
    while let byte = peek(), byte != quote {
      // No name or type of NumPy's needs an escape; what one would mean is not worth guessing.
      guard byte != 0x5C else { throw malformed("has a text with an escape") }
      position += 1
    }
    guard peek() == quote else { throw malformed("has a text without an end") }
    defer { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func parseBoolean() throws(NumpyArrayProblem) -> Bool {
    if skip("True") { return true }
    if skip("False") { return false }
    throw malformed("has a 'fortran_order' that is neither True nor False")
  }

  private mutating func parseShape() throws(NumpyArrayProblem) -> [Int] {
    guard skip("(") else { throw malformed("has a 'shape' that is no tuple") }
    var shape: [Int] = []
    while !skip(")") {
      shape.append(try parseLength())
      guard shape.count <= Self.mostAxes else { throw malformed("has more than 64 axes") }
      if skip(",") { continue }
      // Without its comma, (3) is a number to Python and no tuple.
      guard shape.count > 1, skip(")") else { throw malformed("has a 'shape' that is no tuple") }
      break
    }
    return shape
  }

  private mutating func parseLength() throws(NumpyArrayProblem) -> Int {
    skipSpace()
    let start = position
    while let byte = peek(), (0x30...0x39).contains(byte) { position += 1 }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let length = Int(digits) else {
      throw malformed("has a length in 'shape' that is no count of elements")
    }
    // Python 2 wrote its long integers as 3L.
    if peek() == 0x4C { position += 1 }
    return length
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D {
      position += 1
    }
  }

  private mutating func skip(_ token: StaticString) -> Bool {
    skipSpace()
    let wanted = token.description.utf8
    guard bytes[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func expect(_ token: StaticString) throws(NumpyArrayProblem) {
    guard skip(token) else { throw malformed("lacks a \(token) where one belongs") }
  }

  private func malformed(_ reason: String) -> NumpyArrayProblem { .malformedHeader(reason) }
}
