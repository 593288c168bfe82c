/// What is wrong with one array of a file. The description completes a `NumpyFileError`.
public enum NumpyArrayProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// An entry of a .npz file does not begin with NumPy's magic bytes.
  case notAnArray
  /// A format version other than 1.0, 2.0 and 3.0.
  case unsupportedVersion(major: Int, minor: Int)
  /// The header is not the dictionary that NumPy writes.
  case malformedHeader(String)
  /// A type of elements that is not read, as the header has it, and what to do about it.
  case unsupportedType(String, remedy: String)
  /// The shape multiplies to more bytes than can be counted.
  case sizeOverflow(shape: [Int])
  /// Reading the array takes more bytes than the caller allows.
  case beyondMemoryLimit(bytes: Int, limit: Int)
  /// There are fewer bytes than the header announces.
  case truncated(found: Int, expected: Int)
  /// There are more bytes than the header announces.
  case surplus(found: Int, expected: Int)
  /// The bytes do not agree with the checksum that the archive has for them.
  case wrongChecksum
  /// The bytes of an entry cannot be unpacked.
  case damagedEntry(String)
  /// The entry is neither stored nor deflated.
  case unsupportedCompression(method: Int)
  /// The entry needs a password.
  case encrypted
  /// An unsigned integer that Int64 cannot hold.
  case integerTooLarge(UInt64)
  /// A text array with axes; only a single text is read.
  case severalTexts(shape: [Int])
  /// A text with a number in it that is no Unicode character.
  case invalidCharacter(UInt32)

  /// What is wrong, and the remedy.
  public var description: String {
    switch self {
    case .notAnArray: "is no NumPy array: put only arrays into the .npz file"
    case .unsupportedVersion(let major, let minor):
      "has format version \(major).\(minor): save it with numpy.save, which writes 1.0 to 3.0"
    case .malformedHeader(let reason):
      "its header \(shown(reason)): save it again with numpy.save or numpy.savez"
    case .unsupportedType(let type, let remedy): "has elements of type \(shown(type)): \(remedy)"
    case .sizeOverflow(let shape):
      "its shape \(shownShape(shape)) is too large to be true: save the array again"
    case .beyondMemoryLimit(let bytes, let limit):
      "takes \(bytes) bytes to read, more than the limit of \(limit): save a smaller part of it"
    case .truncated(let found, let expected):
      "its data are truncated, \(found) of \(expected) bytes: copy the file or save it again"
    case .surplus(let found, let expected):
      "has \(found) bytes of data where its header announces \(expected): "
        + "save each array by itself, or all of them with numpy.savez"
    case .wrongChecksum: "its data do not match their checksum: copy the file or save it again"
    case .damagedEntry(let reason):
      "its data cannot be unpacked (\(shown(reason))): copy the file or save it again"
    case .unsupportedCompression(let method):
      "is compressed by method \(method): save it with numpy.savez or numpy.savez_compressed"
    case .encrypted: "is encrypted: save it with numpy.savez"
    case .integerTooLarge(let value):
      "holds \(value), more than a signed 64-bit integer can: save it as float64"
    case .severalTexts(let shape):
      "is an array of texts of shape \(shownShape(shape)): save a single text as a 0-d array"
    case .invalidCharacter(let code):
      "its text holds \(code), which is no Unicode character: save the text again"
    }
  }
}
