import DynText

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where the bytes for a path go, once symbolic links are followed.
enum OutputTarget: Equatable {
  /// A regular file, with its permission bits if it exists.
  case file(path: String, permissions: mode_t?)
  /// A descriptor this process holds open, such as standard output.
  case openDescriptor(Int32)
  /// A device, FIFO or other thing that no file may replace.
  case device(path: String)

  /// The target of a path, or nil for a folder; `-` is standard output.
  static func resolve(_ path: String) throws(SystemError) -> OutputTarget? {
    // Also where /proc, which tells what lies behind these names, is missing.
    if let descriptor = standard[path] { return .openDescriptor(descriptor) }
    var current = path
    for _ in 0...maximumLinks {
      if let descriptor = openDescriptor(current) { return .openDescriptor(descriptor) }
      guard let mode = try mode(of: current) else { return .file(path: current, permissions: nil) }
      guard mode & S_IFMT == S_IFLNK else { return existing(current, mode: mode) }
      current = FilePath.joined(
        try SystemCall.readLink(current), to: FilePath.folder(of: current))
    }
    throw SystemError(code: ELOOP)
  }

  private static let standard = [
    "-": STDOUT_FILENO, "/dev/stdout": STDOUT_FILENO, "/dev/stderr": STDERR_FILENO,
  ]

  // As many as Linux follows.
  private static let maximumLinks = 40

  /// The type and permission bits of what a path names, or nil if it names nothing yet.
  private static func mode(of path: String) throws(SystemError) -> mode_t? {
    var status = stat()
    do {
      try SystemCall.check { lstat(path, &status) }
    } catch {
      guard error.code == ENOENT else { throw error }
      return nil
    }
    return status.st_mode
  }

  private static func existing(_ path: String, mode: mode_t) -> OutputTarget? {
    switch mode & S_IFMT {
    case S_IFREG: .file(path: path, permissions: mode & 0o777)
    case S_IFDIR: nil
    default: .device(path: path)
    }
  }
}

extension OutputTarget {
  /// The number N of a path that ends in this process's `fd/N`.
  ///
  /// Behind such a path may lie a regular file, for example after `> file`. Replacing that file
  /// would drop what others write to the same descriptor.
  private static func openDescriptor(_ path: String) -> Int32? {
    guard let number = Int32(FilePath.name(of: path)), number >= 0 else { return nil }
    guard let folder = realpath(FilePath.folder(of: path), nil) else { return nil }
    defer { free(folder) }
    return ["/proc/\(getpid())/fd", "/dev/fd"].contains(String(cString: folder)) ? number : nil
  }
}
