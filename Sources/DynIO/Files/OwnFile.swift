import DynText
import NumpyFiles

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Files that `dyn` has written, told from others by what is in them.
enum OwnFile {
  /// Longer headers, of many swept keys or observables, are judged by this much of them.
  private static let startLength = 1 << 20
  private static let columns = Array("solver,time,zeta_h,zeta_w,".utf8)

  /// - Throws: `OutputError` where a file stands that `dyn` did not write.
  static func checkReplaceable(_ path: String) throws(OutputError) {
    guard access(path, F_OK) == 0, !isOwn(path) else { return }
    throw OutputError(
      path: path,
      reason: "a file of that name exists that dyn did not write; move it or choose another place "
        + "with -o, --states or --plot")
  }

  private static func isOwn(_ path: String) -> Bool {
    switch FilePath.fileExtension(of: path) {
    case "npz":
      return StatesFile.isArchive(of: (try? NumpyFiles.arrayNames(at: path)) ?? [])
    case "svg": return start(of: path).prefix(1 << 12).contains(Array(SVGText.title.utf8))
    default: return isTrajectory(start(of: path))
    }
  }

  /// Whether the first line names the columns of a trajectory.
  private static func isTrajectory(_ bytes: [UInt8]) -> Bool {
    let header = bytes.prefix { $0 != UInt8(ascii: "\n") }
    return header.starts(with: columns) || header.contains([UInt8(ascii: ",")] + columns)
  }

  private static func start(of path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: startLength)
    let count = read(descriptor, &bytes, bytes.count)
    return Array(bytes.prefix(max(count, 0)))
  }
}
