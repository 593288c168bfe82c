#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that takes the place of another once all its bytes are stored.
struct TemporaryFile {
  private let path: String
  private let descriptor: Int32

  /// Puts a file with these bytes at `target`, or changes nothing there.
  ///
  /// - Parameter permissions: The permission bits of the new file, or nil for those of the umask.
  static func replace(
    _ target: String, permissions: mode_t?, with bytes: [UInt8]
  ) throws(SystemError) {
    let file = try TemporaryFile(beside: target, isPrivate: permissions != nil)
    do {
      try file.store(bytes, permissions: permissions)
      try SystemCall.check { rename(file.path, target) }
    } catch {
      unlink(file.path)
      throw error
    }
  }

  private init(beside target: String, isPrivate: Bool) throws(SystemError) {
    // The name does not contain the target's, which may already be as long as names can be.
    let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
    let path = OutputPath.folder(of: target) + "/.dyn-\(suffix).tmp"
    // A reader who may not open the target must not get hold of its replacement either.
    let mode: mode_t = isPrivate ? 0o600 : 0o666
    descriptor = try SystemCall.check { open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode) }
    self.path = path
  }

  private func store(_ bytes: [UInt8], permissions: mode_t?) throws(SystemError) {
    do {
      if let permissions { try SystemCall.check { fchmod(descriptor, permissions) } }
      try SystemCall.writeAll(bytes, to: descriptor)
      try SystemCall.check { fsync(descriptor) }
    } catch {
      close(descriptor)
      throw error
    }
    try SystemCall.closeChecked(descriptor)
  }
}
