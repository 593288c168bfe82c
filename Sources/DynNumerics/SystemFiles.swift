#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Small files in which the system describes itself, below a root folder.
struct SystemFiles: Sendable {
  let root: String

  static let pageSize = max(1, Int(sysconf(Int32(_SC_PAGESIZE))))

  /// The first 64 KiB of a file; nil when it is missing or unreadable.
  func text(_ path: String) -> String? {
    let descriptor = unsafe open(root + "/" + path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while bytes.count < 1 << 16 {
      let count = unsafe read(descriptor, &piece, piece.count)
      guard count >= 0 else { return nil }
      bytes += piece[..<count]
      guard count > 0 else { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What follows a word at the beginning of a line of a file.
  func line(_ path: String, beginning word: String) -> Substring? {
    text(path)?.split(separator: "\n").first { $0.hasPrefix(word) }?.dropFirst(word.count)
  }

  /// The whole number that a file consists of; nil for anything else, such as `max`.
  func number(_ path: String) -> Int? {
    text(path).flatMap { Int($0.prefix { $0 != "\n" }) }
  }
}
