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
