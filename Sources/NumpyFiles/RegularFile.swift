internal import Glibc

/// An open file of the disk, read from its beginning.
final class RegularFile: ByteStream {
  let origin: ArrayOrigin
  let length: Int
  private(set) var position = 0
  private let descriptor: CInt

  var remaining: Int { max(0, length - position) }

  init(path: String) throws(NumpyFileError) {
    origin = ArrayOrigin(file: path, array: nil)
    // C would take such a path for the part before its zero, another file.
    guard !path.utf8.contains(0) else { throw .missing(file: path) }
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path) }
    do throws(NumpyFileError) {
      length = try Self.length(of: descriptor, path)
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  func rewind() { position = 0 }

  func readSome(_ buffer: UnsafeMutableRawBufferPointer) throws(NumpyFileError) -> Int {
    while true {
      let count = unsafe pread(descriptor, buffer.baseAddress, buffer.count, position)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure(origin.file) }
      position += count
      return count
    }
  }

  private static func length(of descriptor: CInt, _ path: String) throws(NumpyFileError) -> Int {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure(path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return status.st_size
    case S_IFDIR: throw .folder(file: path)
    default: throw .unreadable(file: path, reason: "it is a device or a pipe")
    }
  }

  private static func failure(_ path: String) -> NumpyFileError {
    let code = errno
    if code == ENOENT || code == ENOTDIR { return .missing(file: path) }
    let reason = unsafe strerror(code).map { unsafe String(cString: $0) }
    return .unreadable(file: path, reason: reason ?? "error \(code)")
  }
}
