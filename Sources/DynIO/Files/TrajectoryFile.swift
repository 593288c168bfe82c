#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Trajectory CSVs on the disk, told from other files by their first line.
enum TrajectoryFile {
  /// Longer headers, of many swept keys or observables, are judged by this much of them.
  private static let headerLimit = 1 << 20
  private static let columns = "solver,time,zeta_h,zeta_w,"

  /// - Throws: `OutputError` where a file stands that is not a trajectory CSV.
  static func checkReplaceable(_ path: String) throws(OutputError) {
    guard access(path, F_OK) == 0, !isTrajectory(path) else { return }
    throw OutputError(
      path: path,
      reason: "a file of that name exists that dyn did not write; give -o to replace it or to "
        + "choose another name")
  }

  private static func isTrajectory(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: headerLimit)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return false }
    let header = String(
      decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return header.hasPrefix(columns) || header.contains("," + columns)
  }
}
