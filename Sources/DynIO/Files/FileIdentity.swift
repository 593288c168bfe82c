import DynText

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a path leads to, however it is spelt: links, `./` and other names of one file are equal.
enum FileIdentity: Hashable {
  /// A regular file that exists.
  case existing(device: UInt64, inode: UInt64)
  /// A name in a folder that exists.
  case new(device: UInt64, inode: UInt64, name: ExactText)

  /// That of an input; `-` is standard input. Nil for what is not a regular file.
  init?(input path: String) {
    guard let status = path == "-" ? Self.status(of: STDIN_FILENO) : Self.status(of: path),
      status.st_mode & S_IFMT == S_IFREG
    else { return nil }
    self = .existing(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// That of an output; `-` is standard output. Nil for devices and pipes, which several outputs may
  /// share, and for what is no path.
  init?(output path: String) {
    guard !path.isEmpty,
      let target = (try? OutputTarget.resolve(path)) ?? nil
    else {
      return nil
    }
    switch target {
    case .device: return nil
    case .openDescriptor(let descriptor):
      guard let status = Self.status(of: descriptor), status.st_mode & S_IFMT == S_IFREG else {
        return nil
      }
      self = .existing(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    case .file(let file, _):
      if let status = Self.status(of: file) {
        self = .existing(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
      } else if let folder = Self.status(of: FilePath.folder(of: file)) {
        self = .new(
          device: UInt64(folder.st_dev), inode: UInt64(folder.st_ino),
          name: ExactText(FilePath.name(of: file))
        )
      } else {
        return nil
      }
    }
  }

  private static func status(of path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  private static func status(of descriptor: Int32) -> stat? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status : nil
  }
}
