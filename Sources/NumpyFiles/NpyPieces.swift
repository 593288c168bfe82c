// Long enough that a system call costs nothing per element, short enough to stay in the cache.
private let pieceLength = 1 << 18

/// Reads data that need no conversion but that of byte order straight to where they belong.
func readDirectly(
  _ stream: any ByteStream, _ header: NpyHeader, into target: UnsafeMutableRawBufferPointer
) throws(NumpyFileError) {
  try unsafe stream.fill(target, expected: header.dataLength)
  if header.type.isSwapped { unsafe swapBytes(target, width: header.type.width) }
}

/// Reads the data a piece at a time, and passes each in native byte order with its elements' range.
func readInPieces(
  _ stream: any ByteStream, _ header: NpyHeader,
  convert: (UnsafeMutableRawBufferPointer, Range<Int>) -> Void
) throws(NumpyFileError) {
  let width = header.type.width
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceLength, alignment: 16)
  defer { unsafe buffer.deallocate() }
  var start = 0
  while start < header.count {
    let end = start + min(header.count - start, pieceLength / width)
    let piece = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<((end - start) * width)])
    try unsafe stream.fill(piece, expected: header.dataLength)
    if header.type.isSwapped { unsafe swapBytes(piece, width: width) }
    unsafe convert(piece, start..<end)
    start = end
  }
}

/// Turns the bytes of every number around.
private func swapBytes(_ bytes: UnsafeMutableRawBufferPointer, width: Int) {
  switch width {
  case 2: unsafe swapBytes(bytes.assumingMemoryBound(to: UInt16.self))
  case 4: unsafe swapBytes(bytes.assumingMemoryBound(to: UInt32.self))
  case 8: unsafe swapBytes(bytes.assumingMemoryBound(to: UInt64.self))
  default:
    for start in stride(from: 0, to: bytes.count, by: width) {
      var number = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start..<(start + width)])
      unsafe number.reverse()
    }
  }
}

private func swapBytes<Number: FixedWidthInteger>(_ numbers: UnsafeMutableBufferPointer<Number>) {
  for index in numbers.indices { unsafe numbers[index] = numbers[index].byteSwapped }
}

func convert<Number: BinaryInteger>(
  _ source: UnsafeMutableBufferPointer<Number>, to target: UnsafeMutableBufferPointer<Int64>
) {
  for index in source.indices {
    unsafe target[index] = Int64(truncatingIfNeeded: source[index])
  }
}

func convertBooleans(
  _ source: UnsafeMutableBufferPointer<UInt8>, to target: UnsafeMutableBufferPointer<Int64>
) {
  for index in source.indices { unsafe target[index] = source[index] == 0 ? 0 : 1 }
}

func convert<Number: BinaryFloatingPoint>(
  _ source: UnsafeMutableBufferPointer<Number>, to target: UnsafeMutableBufferPointer<Double>
) {
  for index in source.indices { unsafe target[index] = Double(source[index]) }
}

func convertExtended(
  _ source: UnsafeMutableRawBufferPointer, to target: UnsafeMutableBufferPointer<Double>
) {
  #if arch(x86_64) || arch(i386)
    unsafe convert(source.assumingMemoryBound(to: Float80.self), to: target)
  #endif
}
