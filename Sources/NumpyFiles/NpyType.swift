/// The element type of an array, parsed from the header's `descr`, such as `<f8`.
struct NpyType: Equatable {
  enum Kind { case boolean, signed, unsigned, real, text }

  let kind: Kind
  /// Bytes of one number, or of one character of a text.
  let width: Int
  /// Numbers, or characters of the text, per element.
  let length: Int
  /// Whether the bytes of a number stand in the order that this machine does not use.
  let isSwapped: Bool

  /// The mark that NumPy writes for this machine's byte order.
  static let nativeOrder: Character = 1.littleEndian == 1 ? "<" : ">"

  init(_ description: String) throws(NumpyArrayProblem) {
    var rest = description[...]
    var isSwapped = false
    if let order = rest.first, "<>=|".contains(order) {
      isSwapped = (order == "<" || order == ">") && order != Self.nativeOrder
      rest.removeFirst()
    }
    guard let letter = rest.popFirst() else { throw Self.unsupported(description, " ", rest) }
    // An Int alone would also accept a sign.
    let size = rest.allSatisfy { $0.isASCII && $0.isNumber } ? Int(rest) : nil
    guard let size, let layout = Self.layout(letter: letter, size: size) else {
      throw Self.unsupported(description, letter, rest)
    }
    (kind, width, length) = layout
    self.isSwapped = isSwapped && width > 1
  }

  private static func layout(letter: Character, size: Int) -> (Kind, Int, Int)? {
    switch (letter, size) {
    case ("b", 1): (.boolean, 1, 1)
    case ("i", 1), ("i", 2), ("i", 4), ("i", 8): (.signed, size, 1)
    case ("u", 1), ("u", 2), ("u", 4), ("u", 8): (.unsigned, size, 1)
    case ("f", 2), ("f", 4), ("f", 8): (.real, size, 1)
    case ("f", 16): hasExtendedReals ? (.real, size, 1) : nil
    case ("U", _): (.text, 4, size)
    default: nil
    }
  }

  private static func unsupported(
    _ description: String, _ letter: Character, _ size: Substring
  ) -> NumpyArrayProblem {
    // NumPy has no name for the short floats of machine learning: they are saved as raw bytes.
    if letter == "V", size == "2" || size == "1" {
      let name = size == "2" ? "bfloat16" : "float8"
      return .unsupportedType(
        "'\(description)'",
        remedy: "that is how \(name) is saved, and raw bytes do not tell what they mean: save the "
          + "array with astype(\"float32\")")
    }
    return .unsupportedType("'\(description)'", remedy: remedy(forLetter: letter))
  }

  private static func remedy(forLetter letter: Character) -> String {
    switch letter {
    case "c": "complex numbers are not read: save the real and the imaginary part as two arrays"
    case "O": "Python objects (pickles) are not read: save an array of numbers, with astype(float)"
    case "V": "structured and raw elements are not read: save each field as its own array"
    case "S", "a": "byte strings are not read: save a text, with astype(str)"
    case "M", "m": "dates and durations are not read: save them as numbers, with astype(float)"
    default: "it is not one that is read: save the array with astype(float)"
    }
  }
}

#if arch(x86_64) || arch(i386)
  let hasExtendedReals = true
#else
  // Elsewhere a 16-byte long double is of another format, which the file does not tell apart.
  let hasExtendedReals = false
#endif
