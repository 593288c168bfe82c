import DynText

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The conditions under which a path can be written to, with a remedy for each that fails.
enum OutputCheck {
  static func target(of path: String) throws(OutputError) -> OutputTarget {
    try requireFileName(path)
    let target: OutputTarget?
    do {
      target = try OutputTarget.resolve(path)
    } catch {
      throw OutputError(path: path, reason: reason(error, at: path))
    }
    guard let target else { throw OutputError(path: path, reason: isFolder) }
    if case .file(let file, permissions: .some) = target { try requireWritable(file, for: path) }
    return target
  }

  static func requireWritableFolder(of file: String, for path: String) throws(OutputError) {
    let folder = FilePath.folder(of: file)
    do throws(SystemError) {
      var status = stat()
      try SystemCall.check { stat(folder, &status) }
      guard status.st_mode & S_IFMT == S_IFDIR else { throw SystemError(code: ENOTDIR) }
      try SystemCall.check { access(folder, W_OK | X_OK) }
    } catch {
      throw OutputError(path: path, reason: reason(error, at: file))
    }
  }

  static func requireWritable(_ file: String, for path: String) throws(OutputError) {
    do {
      try SystemCall.check { access(file, W_OK) }
    } catch {
      throw OutputError(
        path: path,
        reason: "it may not be overwritten (\(error.text)); change its permissions "
          + "or choose another path")
    }
  }

  static func requireOpen(_ descriptor: Int32, for path: String) throws(OutputError) {
    let mode = fcntl(descriptor, F_GETFL)
    guard mode >= 0, mode & O_ACCMODE != O_RDONLY else {
      throw OutputError(
        path: path, reason: "the descriptor \(descriptor) is not open for writing; choose another")
    }
  }
}

extension OutputCheck {
  private static let isFolder = "it is a folder; add the name of a file"

  private static func requireFileName(_ path: String) throws(OutputError) {
    if path.isEmpty {
      throw OutputError(path: path, reason: "the path is empty; give the name of a file")
    }
    // A C function would silently use what stands before the character.
    if path.utf8.contains(0) {
      throw OutputError(path: path, reason: "the path contains a NUL character; leave it out")
    }
    if path.utf8.last == UInt8(ascii: "/") { throw OutputError(path: path, reason: isFolder) }
  }

  static func reason(_ error: SystemError, at file: String) -> String {
    let folder = FilePath.folder(of: file)
    return switch error.code {
    case ENOENT: "the folder \"\(folder)\" does not exist; create it or choose another folder"
    case ENOTDIR: "\"\(folder)\" is not a folder; choose another path"
    case EACCES, EPERM, EROFS:
      "the folder \"\(folder)\" is not writable (\(error.text)); change its permissions "
        + "or choose another folder"
    default: error.text
    }
  }
}
