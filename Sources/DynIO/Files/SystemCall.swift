#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The error number that a system call left behind.
struct SystemError: Error, Equatable {
  let code: Int32

  /// The words of the operating system for the error.
  var text: String { String(cString: strerror(code)) }
}

/// System calls that throw what they return as an error number.
enum SystemCall {
  /// Makes a call until no signal interrupts it.
  @discardableResult
  static func check<Result: SignedInteger>(
    _ call: () -> Result
  ) throws(SystemError) -> Result {
    while true {
      let result = call()
      if result >= 0 { return result }
      let code = errno
      if code != EINTR { throw SystemError(code: code) }
    }
  }

  static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      do {
        done += try writeSome(bytes, from: done, to: descriptor)
      } catch {
        guard error.code == EAGAIN else { throw error }
        try waitUntilWritable(descriptor)
      }
    }
  }

  private static func writeSome(
    _ bytes: [UInt8], from start: Int, to descriptor: Int32
  ) throws(SystemError) -> Int {
    // macOS refuses to write 2 GiB or more at once.
    let count = min(bytes.count - start, 1 << 30)
    let written = try check {
      bytes[start...].withUnsafeBytes { write(descriptor, $0.baseAddress, count) }
    }
    guard written > 0 else { throw SystemError(code: EIO) }
    return written
  }

  private static func waitUntilWritable(_ descriptor: Int32) throws(SystemError) {
    try check {
      var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      return poll(&entry, 1, -1)
    }
  }

  /// Closes a descriptor; a file system may report only here that it could not store the bytes.
  static func closeChecked(_ descriptor: Int32) throws(SystemError) {
    guard close(descriptor) != 0 else { return }
    let code = errno
    // The descriptor is closed even then; a second call could close someone else's.
    if code != EINTR { throw SystemError(code: code) }
  }

  static func readLink(_ path: String) throws(SystemError) -> String {
    let size = Int(PATH_MAX)
    var buffer = [CChar](repeating: 0, count: size)
    let count = try check { readlink(path, &buffer, size) }
    let bytes = buffer.prefix(count).map(UInt8.init(bitPattern:))
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SystemError(code: EILSEQ)
    }
    return text
  }
}
