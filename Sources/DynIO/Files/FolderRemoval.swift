#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Empties folders without following a symbolic link.
enum FolderRemoval {
  /// A name as the system has it, with the zero at its end.
  typealias Name = [CChar]

  /// Folders inside folders are followed this deep; what lies deeper stays.
  private static let depthLimit = 16

  /// Removes all that is in the folder of a descriptor, as far as that is possible.
  static func empty(_ folder: Int32) { empty(folder, depth: 0) }

  /// The names in a folder, `.` and `..` left out; none where it cannot be read.
  static func names(in path: String) -> [Name] {
    guard let stream = opendir(path) else { return [] }
    return names(in: stream)
  }

  private static func empty(_ folder: Int32, depth: Int) {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    // Reading the names closes the descriptor that it is given.
    let reading = openat(folder, ".", flags)
    guard reading >= 0 else { return }
    guard let stream = fdopendir(reading) else {
      close(reading)
      return
    }
    for name in names(in: stream) where unlinkat(folder, name, 0) != 0 {
      if depth < depthLimit {
        let inner = openat(folder, name, flags)
        if inner >= 0 {
          empty(inner, depth: depth + 1)
          close(inner)
        }
      }
      unlinkat(folder, name, AT_REMOVEDIR)
    }
  }

  #if canImport(Darwin)
    private typealias Stream = UnsafeMutablePointer<DIR>
  #else
    private typealias Stream = OpaquePointer
  #endif

  private static func names(in stream: Stream) -> [Name] {
    defer { closedir(stream) }
    var names: [Name] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        let size = MemoryLayout.size(ofValue: tuple.pointee)
        return tuple.withMemoryRebound(to: CChar.self, capacity: size) { Name($0.upToZero) }
      }
      if ![[46, 0], [46, 46, 0]].contains(name) { names.append(name) }
    }
    return names
  }
}

extension UnsafePointer<CChar> {
  /// The characters of a C string and its zero.
  fileprivate var upToZero: UnsafeBufferPointer<CChar> {
    UnsafeBufferPointer(start: self, count: strlen(self) + 1)
  }
}
