/// Which array of which file some bytes are, for messages.
struct ArrayOrigin {
  let file: String
  let array: String?

  func failure(_ problem: NumpyArrayProblem) -> NumpyFileError {
    .invalidArray(file: file, array: array, problem: problem)
  }
}

/// The bytes of one array, first to last: those of a .npy file or of an entry of a .npz file.
protocol ByteStream: AnyObject {
  var origin: ArrayOrigin { get }
  /// Bytes that are still to come, as far as the file's own size or the archive's directory tells.
  var remaining: Int { get }
  /// Reads at most `buffer.count` bytes; 0 is the end of the stream.
  func readSome(_ buffer: UnsafeMutableRawBufferPointer) throws(NumpyFileError) -> Int
}

extension ByteStream {
  /// Reads until the buffer is full or the stream ends, and returns the number of bytes read.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(NumpyFileError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = try unsafe readSome(rest)
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// Fills the whole buffer with data, of which there are `expected` bytes in all.
  func fill(
    _ buffer: UnsafeMutableRawBufferPointer, expected: Int
  ) throws(NumpyFileError) {
    let missing = buffer.count - (try unsafe read(into: buffer))
    guard missing == 0 else {
      throw origin.failure(.truncated(found: expected - remaining - missing, expected: expected))
    }
  }

  /// The next `count` bytes, fewer only where the stream ends before.
  func readBytes(_ count: Int) throws(NumpyFileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var result: Result<Int, NumpyFileError> = .success(0)
    unsafe bytes.withUnsafeMutableBytes { buffer in
      do throws(NumpyFileError) {
        result = .success(try unsafe read(into: buffer))
      } catch {
        result = .failure(error)
      }
    }
    return Array(bytes.prefix(try result.get()))
  }
}
