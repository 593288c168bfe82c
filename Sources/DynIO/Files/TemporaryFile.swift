import DynText

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that takes the place of another once all its bytes are stored.
///
/// It is locked as long as its process lives; one that is found unlocked belongs to a process that
/// was killed, and is removed by the next that writes into its folder.
final class TemporaryFile {
  private let path: String
  private let descriptor: Int32
  private let cleanup: Int

  /// Locks need not reach from one machine to another that shares the folder: only files of this
  /// machine are ever looked at.
  static let prefix = ".dyn-\(host)-"
  static let suffix = ".tmp"

  /// A number made of the machine's name.
  private static let host: String = {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let hash = name.prefix { $0 != 0 }.reduce(UInt32(2_166_136_261)) { hash, byte in
      (hash ^ UInt32(UInt8(bitPattern: byte))) &* 16_777_619
    }
    return String(hash, radix: 36)
  }()

  /// A new file in the folder of `target`, empty.
  ///
  /// - Parameter isPrivate: Whether others may not read it before it is complete: a reader who may
  ///   not open the target must not get hold of its replacement either.
  static func make(beside target: String, isPrivate: Bool) throws(SystemError) -> TemporaryFile {
    let folder = FilePath.folder(of: target)
    removeAbandoned(in: folder)
    var file = try attempt(in: folder, isPrivate: isPrivate)
    // Somebody may have taken it for abandoned before it was locked.
    while !FileLock.isHeld(file.descriptor) {
      file = try attempt(in: folder, isPrivate: isPrivate)
    }
    return file
  }

  private static func attempt(
    in folder: String, isPrivate: Bool
  ) throws(SystemError) -> TemporaryFile {
    // The name does not contain the target's, which may already be as long as names can be.
    let name = String(UInt64.random(in: .min ... .max), radix: 36)
    let path = "\(folder)/\(prefix)\(name)\(suffix)"
    let mode: mode_t = isPrivate ? 0o600 : 0o666
    var file: TemporaryFile?
    // No signal comes between the making of the file and the note that it is there.
    try Interruption.postponed { () throws(SystemError) in
      let descriptor = try SystemCall.check {
        open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
      }
      file = TemporaryFile(path: path, descriptor: descriptor)
    }
    guard let file else { throw SystemError(code: EIO) }
    return file
  }

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
    cleanup = Interruption.add { unlink(path) }
  }

  /// Appends bytes.
  func append(_ bytes: [UInt8]) throws(SystemError) {
    try SystemCall.writeAll(bytes, to: descriptor)
  }

  /// Stores everything and puts the file in the place of `target`; no signal cuts that short.
  ///
  /// - Parameter permissions: The permission bits of the new file, or nil for those of the umask.
  func replace(_ target: String, permissions: mode_t?) throws(SystemError) {
    let (path, descriptor) = (path, descriptor)
    try Interruption.postponed { () throws(SystemError) in
      if let permissions { try SystemCall.check { fchmod(descriptor, permissions) } }
      try SystemCall.check { fsync(descriptor) }
      try SystemCall.check { rename(path, target) }
    }
  }

  // After a replacement the path names nothing any more.
  deinit {
    unlink(path)
    close(descriptor)
    Interruption.remove(cleanup)
  }

  /// Removes what killed processes of this user have left in a folder.
  private static func removeAbandoned(in folder: String) {
    for bytes in FolderRemoval.names(in: folder) {
      let name = bytes.dropLast().map(UInt8.init(bitPattern:))
      guard isOwn(name) else { continue }
      let path = "\(folder)/\(String(decoding: name, as: UTF8.self))"
      let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      if FileLock.isAbandoned(descriptor, kind: S_IFREG) { unlink(path) }
      close(descriptor)
    }
  }

  /// Whether a name is one that ``attempt(in:isPrivate:)`` gives on this machine.
  private static func isOwn(_ name: [UInt8]) -> Bool {
    guard name.starts(with: prefix.utf8), name.count > prefix.utf8.count + suffix.utf8.count,
      name.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    else { return false }
    return name.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count).allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
  }
}
