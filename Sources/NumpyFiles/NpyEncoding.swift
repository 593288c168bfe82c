/// An array as the bytes of a .npy file: the header, and the elements, which are not copied.
struct NpyEncoding {
  let header: [UInt8]
  let elements: Elements

  enum Elements {
    case reals([Double])
    case integers([Int64])
    case codes([UInt32])
  }

  // NumPy leaves room for the first axis to grow to any length without moving the data.
  private static let longestLength = 21
  private static let alignment = 64
  private static let mostAxes = 64

  init(name: String, _ array: NumpyArray) throws(NumpyFileError) {
    let count: Int
    let type: String
    switch array.elements {
    case .reals(let reals): (elements, count, type) = (.reals(reals), reals.count, "f8")
    case .integers(let numbers): (elements, count, type) = (.integers(numbers), numbers.count, "i8")
    case .text(let text):
      let codes = try Self.codes(of: text, name: name)
      (elements, count, type) = (.codes(codes), 1, "U\(codes.count)")
    }
    guard Self.product(array.shape) == count else {
      let reason = "its shape \(shownShape(array.shape)) does not fit its \(count) elements: "
      throw .cannotEncode(array: name, reason: reason + "give it the shape that it has")
    }
    header = Self.header(type: "\(NpyType.nativeOrder)\(type)", shape: array.shape)
  }

  /// Header and elements together, in bytes.
  var length: Int { unsafe withElementBytes { $0.count } + header.count }

  func withElementBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    switch elements {
    case .reals(let reals): unsafe reals.withUnsafeBytes(body)
    case .integers(let integers): unsafe integers.withUnsafeBytes(body)
    case .codes(let codes): unsafe codes.withUnsafeBytes(body)
    }
  }

  private static func header(type: String, shape: [Int]) -> [UInt8] {
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shownShape(shape)), }"
    if let first = shape.first {
      text += String(repeating: " ", count: longestLength - String(first).utf8.count)
    }
    let start = NpyHeader.magic.count + 4
    let unpadded = start + text.utf8.count + 1
    let length = (unpadded + alignment - 1) / alignment * alignment
    text += String(repeating: " ", count: length - unpadded) + "\n"
    let textLength = length - start
    return NpyHeader.magic + [1, 0, UInt8(textLength & 0xFF), UInt8(textLength >> 8)] + text.utf8
  }

  private static func codes(of text: String, name: String) throws(NumpyFileError) -> [UInt32] {
    let codes = text.unicodeScalars.map { $0.value }
    guard codes.last != 0 else {
      let reason = "its text ends with a zero character, which NumPy drops: leave it out"
      throw .cannotEncode(array: name, reason: reason)
    }
    // NumPy has no text of width 0; its empty text is one zero.
    return codes.isEmpty ? [0] : codes
  }

  /// The product of the lengths, `nil` where it overflows or the shape is none.
  private static func product(_ shape: [Int]) -> Int? {
    guard shape.count <= mostAxes, shape.allSatisfy({ $0 >= 0 }) else { return nil }
    if shape.contains(0) { return 0 }
    var product = (partialValue: 1, overflow: false)
    for length in shape {
      product = product.partialValue.multipliedReportingOverflow(by: length)
      if product.overflow { return nil }
    }
    return product.partialValue
  }
}
