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
    bytes(path).map { String(decoding: $0, as: UTF8.self) }
  }

  private func bytes(_ path: String) -> [UInt8]? {
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
    return bytes
  }

  /// What follows a word at the beginning of a line of a file, up to the end of that line.
  func line(_ path: String, beginning word: String) -> String? {
    // By bytes: the files are read often, and comparing characters takes ten times as long.
    guard let bytes = bytes(path) else { return nil }
    let word = Array(word.utf8)
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let rest = bytes[start...]
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
      if rest.starts(with: word), start + word.count <= end {
        return String(decoding: bytes[(start + word.count)..<end], as: UTF8.self)
      }
      start = end + 1
    }
    return nil
  }

  /// The whole number that a file's first line consists of; nil for anything else, such as `max`.
  func number(_ path: String) -> Int? {
    bytes(path).flatMap {
      Int(String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
  }
}
