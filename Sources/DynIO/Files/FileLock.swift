#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Locks that tell whether the process that made a temporary file or folder still lives: they go
/// with it, however it ends.
enum FileLock {
  /// Locks a file or folder that this process has just made.
  ///
  /// - Returns: false when another process has removed it meanwhile. A file system without locks
  ///   counts as a success: nobody else can lock it either.
  static func isHeld(_ descriptor: Int32) -> Bool {
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return false }
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0
  }

  /// Whether an open file or folder is this user's, of a kind, and of a process that is dead.
  static func isAbandoned(_ descriptor: Int32, kind: mode_t) -> Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == kind,
      status.st_uid == geteuid()
    else { return false }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }
}

/// The names in a folder.
enum FolderListing {
  /// The names that begin and end with given texts; none where the folder cannot be read.
  ///
  /// - Complexity: O(entries of the folder).
  static func names(in folder: String, prefix: String, suffix: String = "") -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      let bytes = Array(name.utf8)
      if bytes.starts(with: prefix.utf8), bytes.reversed().starts(with: suffix.utf8.reversed()) {
        names.append(name)
      }
    }
    return names
  }
}
