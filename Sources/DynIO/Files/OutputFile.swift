#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Files that are written whole or not at all.
///
/// Symbolic links are followed: what they lead to is replaced, not the link. Devices, FIFOs and
/// descriptors such as `/dev/stdout` are written to directly.
public enum OutputFile {
  /// Puts a file with these bytes at a path.
  ///
  /// The bytes go to a temporary file in the same folder, which is then renamed; no reader ever
  /// sees a part of them. A file that was there before keeps its permission bits. A signal that
  /// ``Interruption`` handles ends the process only before or after this.
  ///
  /// - Throws: ``OutputError`` if that fails; then no temporary file remains, and a file that was
  ///   there before is unchanged.
  public static func write(_ bytes: some Collection<UInt8>, to path: String) throws(OutputError) {
    let writer = try OutputWriter(to: path)
    try writer.write(bytes)
    try writer.commit()
  }

  /// Finds out before long work whether ``write(_:to:)`` is likely to succeed; writes nothing.
  ///
  /// - Throws: ``OutputError`` with a remedy if the path is a folder or a write-protected file,
  ///   or if its folder does not exist, is not a folder or is not writable.
  public static func checkWritable(_ path: String) throws(OutputError) {
    switch try OutputCheck.target(of: path) {
    case .file(let file, _): try OutputCheck.requireWritableFolder(of: file, for: path)
    case .openDescriptor(let descriptor): try OutputCheck.requireOpen(descriptor, for: path)
    case .device(let device): try OutputCheck.requireWritable(device, for: path)
    }
  }
  /// Whether a path leads to standard output: `-`, `/dev/stdout` or a link to it, for example.
  public static func isStandardOutput(_ path: String) -> Bool {
    (try? OutputTarget.resolve(path)) == .openDescriptor(STDOUT_FILENO)
  }
}
