#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that is written piece by piece and appears whole or not at all.
///
/// The pieces go to a temporary file in the same folder, which ``commit()`` renames; without it the
/// temporary file is removed and what stood there before stays. Devices, FIFOs and descriptors such
/// as `/dev/stdout` are written to directly.
public final class OutputWriter {
  private let path: String
  private let sink: Sink
  private var buffer: [UInt8] = []

  private enum Sink {
    case file(TemporaryFile, target: String, permissions: mode_t?)
    case descriptor(Int32, isOwn: Bool)
  }

  /// Pieces are gathered up to this size.
  private static let bufferSize = 1 << 18

  /// A writer to a path; `-` is standard output.
  ///
  /// - Throws: ``OutputError`` when the path cannot be written to.
  public init(to path: String) throws(OutputError) {
    self.path = path
    let target = try OutputCheck.target(of: path)
    do throws(SystemError) {
      sink = try Self.sink(of: target)
    } catch {
      throw OutputError(path: path, reason: OutputCheck.reason(error, at: path))
    }
  }

  private static func sink(of target: OutputTarget) throws(SystemError) -> Sink {
    switch target {
    case .file(let file, let permissions):
      let temporary = try TemporaryFile.make(beside: file, isPrivate: permissions != nil)
      return .file(temporary, target: file, permissions: permissions)
    case .openDescriptor(let descriptor): return .descriptor(descriptor, isOwn: false)
    case .device(let device):
      let descriptor = try SystemCall.check { open(device, O_WRONLY | O_CLOEXEC | O_NOCTTY) }
      return .descriptor(descriptor, isOwn: true)
    }
  }

  /// Appends text.
  ///
  /// - Throws: ``OutputError``, for a full disk for example; nothing more can be written then.
  public func write(_ text: String) throws(OutputError) {
    try write(text.utf8)
  }

  /// Appends bytes.
  ///
  /// - Throws: ``OutputError``, for a full disk for example; nothing more can be written then.
  public func write(_ bytes: some Collection<UInt8>) throws(OutputError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Puts the file in its place.
  ///
  /// - Throws: ``OutputError``; what stood there before is then unchanged.
  public func commit() throws(OutputError) {
    try flush()
    do throws(SystemError) {
      switch sink {
      case .file(let file, let target, let permissions):
        try file.replace(target, permissions: permissions)
      case .descriptor(let descriptor, let isOwn):
        if isOwn { try SystemCall.closeChecked(descriptor) }
      }
    } catch {
      throw OutputError(path: path, reason: error.text)
    }
  }

  private func flush() throws(OutputError) {
    defer { buffer.removeAll(keepingCapacity: true) }
    do throws(SystemError) {
      switch sink {
      case .file(let file, _, _): try file.append(buffer)
      case .descriptor(let descriptor, _): try SystemCall.writeAll(buffer, to: descriptor)
      }
    } catch {
      throw OutputError(path: path, reason: error.text)
    }
  }
}
