/// What the first bytes of an array tell: type, order and shape, and where its data begin.
struct NpyHeader {
  let type: NpyType
  let isFortranOrder: Bool
  let shape: [Int]
  /// Elements in all.
  let count: Int
  /// Bytes of data that follow the header.
  let dataLength: Int

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  // More than any array without fields takes; a longer one would only cost memory.
  private static let longestText = 0xFFFF

  /// Reads the header and compares what it announces with what the stream has and the limit is.
  init(_ stream: any ByteStream, memoryLimit: Int) throws(NumpyFileError) {
    let text = try Self.readText(stream)
    let origin = stream.origin
    do throws(NumpyArrayProblem) {
      var parser = NpyHeaderParser(text)
      (type, isFortranOrder, shape) = try parser.parse()
      (count, dataLength) = try Self.size(type, shape)
      try checkSize(found: stream.remaining, memoryLimit: memoryLimit)
    } catch {
      throw origin.failure(error)
    }
  }

  private static func readText(_ stream: any ByteStream) throws(NumpyFileError) -> [UInt8] {
    let start = try stream.readBytes(magic.count + 2)
    guard start.starts(with: magic) else { throw stream.origin.failure(.notAnArray) }
    guard start.count == magic.count + 2 else { throw cutOff(stream) }
    let (major, minor) = (Int(start[6]), Int(start[7]))
    guard (1...3).contains(major), minor == 0 else {
      throw stream.origin.failure(.unsupportedVersion(major: major, minor: minor))
    }
    let size = try stream.readBytes(major == 1 ? 2 : 4)
    guard size.count == (major == 1 ? 2 : 4) else { throw cutOff(stream) }
    let length = size.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= longestText else {
      throw stream.origin.failure(.malformedHeader("claims a length of \(length) bytes"))
    }
    let text = try stream.readBytes(length)
    guard text.count == length else { throw cutOff(stream) }
    return text
  }

  private static func cutOff(_ stream: any ByteStream) -> NumpyFileError {
    stream.origin.failure(.malformedHeader("is cut off"))
  }

  private static func size(
    _ type: NpyType, _ shape: [Int]
  ) throws(NumpyArrayProblem) -> (count: Int, bytes: Int) {
    if shape.contains(0) { return (0, 0) }
    var bytes = (partialValue: type.width, overflow: false)
    for factor in [type.length] + shape {
      bytes = bytes.partialValue.multipliedReportingOverflow(by: factor)
      guard !bytes.overflow else { throw .sizeOverflow(shape: shape) }
    }
    return (shape.reduce(1, *), bytes.partialValue)
  }

  private func checkSize(found: Int, memoryLimit: Int) throws(NumpyArrayProblem) {
    guard found >= dataLength else { throw .truncated(found: found, expected: dataLength) }
    guard found <= dataLength else { throw .surplus(found: found, expected: dataLength) }
    if type.kind == .text, !shape.isEmpty { throw .severalTexts(shape: shape) }
    let perElement = type.kind == .text ? 4 : 8
    let copies = isFortranOrder && needsTransposition(shape) ? 2 : 1
    let elements = type.kind == .text ? type.length : count
    let needed = elements.multipliedReportingOverflow(by: perElement * copies)
    guard !needed.overflow else { throw .sizeOverflow(shape: shape) }
    guard needed.partialValue <= memoryLimit else {
      throw .beyondMemoryLimit(bytes: needed.partialValue, limit: memoryLimit)
    }
  }
}
