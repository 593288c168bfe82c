#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A folder of this process alone among the temporary files, locked while it is in use.
///
/// The lock goes with the process, however that ends: a folder without one is stale, and the next
/// process that makes a folder removes it.
struct WorkFolder: Sendable {
  private static let prefix = "dyn-figure-"
  private static let openFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
  /// Another process may remove a folder between its making and its locking.
  private static let attempts = 16

  /// The folder's absolute path.
  let path: String
  private let descriptor: Int32

  /// Makes a folder in `$TMPDIR`, or in the system's folder for temporary files where that is not
  /// set, and removes stale ones there.
  ///
  /// - Throws: `OutputError` when the place is missing, full or not writable.
  init() throws(OutputError) {
    let place = Self.place
    do throws(SystemError) {
      let parent = try Self.absolute(place)
      Self.removeStale(in: parent)
      for _ in 0..<Self.attempts {
        guard let folder = try Self.locked(in: parent) else { continue }
        (path, descriptor) = (folder.path, folder.descriptor)
        return
      }
      throw SystemError(code: EAGAIN)
    } catch {
      throw Self.failure(error, at: place)
    }
  }

  /// Puts a new file into the folder.
  ///
  /// - Throws: `OutputError` when it does not fit or is there.
  func put(_ bytes: [UInt8], in name: String) throws(OutputError) {
    do throws(SystemError) {
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      let file = try SystemCall.check { openat(descriptor, name, flags, 0o600) }
      do throws(SystemError) {
        try SystemCall.writeAll(bytes, to: file)
      } catch {
        close(file)
        throw error
      }
      try SystemCall.closeChecked(file)
    } catch {
      throw Self.failure(error, at: "\(path)/\(name)")
    }
  }

  /// Removes the folder with all that is in it. It must not be used afterwards.
  func remove() {
    FolderRemoval.empty(descriptor)
    rmdir(path)
    close(descriptor)
  }

  private static func failure(_ error: SystemError, at path: String) -> OutputError {
    let remedy =
      switch error.code {
      case ENOSPC, EDQUOT, EFBIG: "free some space, or set TMPDIR to a folder with more"
      case EMFILE, ENFILE: "allow more open files (ulimit -n)"
      default: "set TMPDIR to a folder that can be written to"
      }
    return OutputError(path: path, reason: "\(error.text): \(remedy)")
  }

  private static var place: String {
    guard let variable = getenv("TMPDIR"), variable[0] != 0 else { return P_tmpdir }
    return String(cString: variable)
  }

  private static func absolute(_ path: String) throws(SystemError) -> String {
    guard let resolved = realpath(path, nil) else { throw SystemError(code: errno) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// A new folder with its lock; nil when another process took it for a stale one.
  private static func locked(
    in parent: String
  ) throws(SystemError) -> (path: String, descriptor: Int32)? {
    var template = Array((parent + "/" + prefix + "XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError(code: errno) }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let descriptor: Int32
    do throws(SystemError) {
      descriptor = try SystemCall.check { open(path, openFlags) }
    } catch {
      rmdir(path)
      if error.code == ENOENT { return nil }
      throw error
    }
    if FileLock.isHeld(descriptor) { return (path, descriptor) }
    close(descriptor)
    return nil
  }

  /// Removes this user's folders whose processes are gone.
  private static func removeStale(in parent: String) {
    for name in FolderRemoval.names(in: parent)
    where name.starts(with: prefix.utf8CString.dropLast()) {
      let bytes = name.dropLast().map(UInt8.init(bitPattern:))
      let path = parent + "/" + String(decoding: bytes, as: UTF8.self)
      let descriptor = open(path, openFlags)
      guard descriptor >= 0 else { continue }
      if FileLock.isAbandoned(descriptor, kind: S_IFDIR) {
        FolderRemoval.empty(descriptor)
        rmdir(path)
      }
      close(descriptor)
    }
  }
}
