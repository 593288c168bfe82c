/// Reads one array whole, and checks that the stream ends with it.
func decodeArray(_ stream: any ByteStream, memoryLimit: Int) throws(NumpyFileError) -> NumpyArray {
  let header = try NpyHeader(stream, memoryLimit: memoryLimit)
  let array: NumpyArray
  switch header.type.kind {
  case .real:
    let reals = try unsafe filledArray(header.count) {
      (target: UnsafeMutableBufferPointer<Double>) throws(NumpyFileError) in
      try unsafe readReals(stream, header, into: target)
    }
    array = NumpyArray(shape: header.shape, reals: inCOrder(reals, header))
  case .text: array = NumpyArray(text: try decodeText(stream, header))
  case .boolean, .signed, .unsigned:
    let integers = try unsafe filledArray(header.count) {
      (target: UnsafeMutableBufferPointer<Int64>) throws(NumpyFileError) in
      try unsafe readIntegers(stream, header, into: target)
    }
    array = NumpyArray(shape: header.shape, integers: inCOrder(integers, header))
  }
  // An archive's checksum is only compared once the end has been asked for.
  guard try stream.readBytes(1).isEmpty else {
    throw stream.origin.failure(.damagedEntry("it is longer than its size says"))
  }
  return array
}

/// An array whose memory `fill` writes, all of it, without its being cleared before.
func filledArray<Element: BitwiseCopyable>(
  _ count: Int, fill: (UnsafeMutableBufferPointer<Element>) throws(NumpyFileError) -> Void
) throws(NumpyFileError) -> [Element] {
  var failure: NumpyFileError?
  let array = unsafe [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
    do throws(NumpyFileError) {
      try unsafe fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    } catch {
      failure = error
    }
  }
  if let failure { throw failure }
  return array
}

private func inCOrder<Element: BitwiseCopyable>(
  _ elements: [Element], _ header: NpyHeader
) -> [Element] {
  header.isFortranOrder && needsTransposition(header.shape)
    ? transposed(elements, fortranShape: header.shape) : elements
}

private func readReals(
  _ stream: any ByteStream, _ header: NpyHeader, into target: UnsafeMutableBufferPointer<Double>
) throws(NumpyFileError) {
  if header.type.width == 8 {
    return try unsafe readDirectly(stream, header, into: UnsafeMutableRawBufferPointer(target))
  }
  try unsafe readInPieces(stream, header) { piece, range in
    let part = unsafe UnsafeMutableBufferPointer(rebasing: target[range])
    switch header.type.width {
    case 2: unsafe convert(piece.assumingMemoryBound(to: Float16.self), to: part)
    case 4: unsafe convert(piece.assumingMemoryBound(to: Float.self), to: part)
    default: unsafe convertExtended(piece, to: part)
    }
  }
}

private func readIntegers(
  _ stream: any ByteStream, _ header: NpyHeader, into target: UnsafeMutableBufferPointer<Int64>
) throws(NumpyFileError) {
  let type = header.type
  if type.width == 8 {
    try unsafe readDirectly(stream, header, into: UnsafeMutableRawBufferPointer(target))
    // The bits of what is too large for Int64 read as a negative number.
    if type.kind == .unsigned, let bad = unsafe target.first(where: { $0 < 0 }) {
      throw stream.origin.failure(.integerTooLarge(UInt64(bitPattern: bad)))
    }
    return
  }
  try unsafe readInPieces(stream, header) { piece, range in
    let part = unsafe UnsafeMutableBufferPointer(rebasing: target[range])
    switch (type.kind, type.width) {
    case (.boolean, _): unsafe convertBooleans(piece.assumingMemoryBound(to: UInt8.self), to: part)
    case (.signed, 1): unsafe convert(piece.assumingMemoryBound(to: Int8.self), to: part)
    case (.signed, 2): unsafe convert(piece.assumingMemoryBound(to: Int16.self), to: part)
    case (.signed, _): unsafe convert(piece.assumingMemoryBound(to: Int32.self), to: part)
    case (_, 1): unsafe convert(piece.assumingMemoryBound(to: UInt8.self), to: part)
    case (_, 2): unsafe convert(piece.assumingMemoryBound(to: UInt16.self), to: part)
    default: unsafe convert(piece.assumingMemoryBound(to: UInt32.self), to: part)
    }
  }
}

private func decodeText(
  _ stream: any ByteStream, _ header: NpyHeader
) throws(NumpyFileError) -> String {
  let codes = try unsafe filledArray(header.type.length) {
    (target: UnsafeMutableBufferPointer<UInt32>) throws(NumpyFileError) in
    try unsafe readDirectly(stream, header, into: UnsafeMutableRawBufferPointer(target))
  }
  // NumPy fills its fixed width up with zeros and drops all of them at the end.
  let length = codes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
  var text = String.UnicodeScalarView()
  for code in codes[..<length] {
    guard let scalar = Unicode.Scalar(code) else {
      throw stream.origin.failure(.invalidCharacter(code))
    }
    text.append(scalar)
  }
  return String(text)
}
