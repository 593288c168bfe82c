internal import CZip

/// What libzip reads the bytes of a new entry from, so that large arrays are not copied for it.
final class NpyEntrySource {
  private let encoding: NpyEncoding
  private let length: Int
  private var position = 0

  private static let commands = [
    ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
    ZIP_SOURCE_FREE, ZIP_SOURCE_SUPPORTS,
  ].reduce(Int64(0)) { $0 | 1 << Int64($1.rawValue) }

  private init(_ encoding: NpyEncoding) {
    self.encoding = encoding
    length = encoding.length
  }

  /// A libzip source that keeps `encoding` alive; whoever takes it has to free it.
  static func make(_ encoding: NpyEncoding) -> OpaquePointer? {
    let context = unsafe Unmanaged.passRetained(NpyEntrySource(encoding))
    let source = unsafe zip_source_function_create(
      { context, data, length, command in
        guard let context = unsafe context else { return -1 }
        let object = unsafe Unmanaged<NpyEntrySource>.fromOpaque(context)
        if command == ZIP_SOURCE_FREE {
          unsafe object.release()
          return 0
        }
        return unsafe object.takeUnretainedValue().answer(command, data, Int(clamping: length))
      }, context.toOpaque(), nil)
    if unsafe source == nil { unsafe context.release() }
    return unsafe source
  }

  private func answer(
    _ command: zip_source_cmd_t, _ data: UnsafeMutableRawPointer?, _ capacity: Int
  ) -> Int64 {
    switch command {
    case ZIP_SOURCE_OPEN:
      position = 0
      return 0
    case ZIP_SOURCE_READ: return unsafe read(into: data, capacity)
    case ZIP_SOURCE_STAT: return unsafe writeStatus(to: data, capacity)
    case ZIP_SOURCE_SUPPORTS: return Self.commands
    case ZIP_SOURCE_CLOSE: return 0
    case ZIP_SOURCE_ERROR: return unsafe writeError(to: data, capacity)
    default: return -1
    }
  }

  private func read(into data: UnsafeMutableRawPointer?, _ capacity: Int) -> Int64 {
    guard let data = unsafe data else { return -1 }
    var target = unsafe UnsafeMutableRawBufferPointer(start: data, count: capacity)
    let start = position
    unsafe encoding.header.withUnsafeBytes { unsafe copy($0, startingAt: 0, to: &target) }
    unsafe encoding.withElementBytes {
      unsafe copy($0, startingAt: encoding.header.count, to: &target)
    }
    return Int64(position - start)
  }

  /// Copies what of `part`, which starts at the entry's byte `first`, is next and fits.
  private func copy(
    _ part: UnsafeRawBufferPointer, startingAt first: Int,
    to target: inout UnsafeMutableRawBufferPointer
  ) {
    let begin = position - first
    guard begin < part.count else { return }
    let count = min(part.count - begin, target.count)
    unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: part[begin..<(begin + count)]))
    unsafe target = unsafe UnsafeMutableRawBufferPointer(rebasing: target[count...])
    position += count
  }

  private func writeStatus(to data: UnsafeMutableRawPointer?, _ capacity: Int) -> Int64 {
    let size = unsafe MemoryLayout<zip_stat_t>.size
    guard let data = unsafe data, capacity >= size else { return -1 }
    let status = unsafe data.assumingMemoryBound(to: zip_stat_t.self)
    unsafe zip_stat_init(status)
    unsafe status.pointee.size = UInt64(length)
    unsafe status.pointee.valid = unsafe status.pointee.valid | UInt64(ZIP_STAT_SIZE)
    return Int64(size)
  }

  private func writeError(to data: UnsafeMutableRawPointer?, _ capacity: Int) -> Int64 {
    guard let data = unsafe data else { return -1 }
    var error = unsafe zip_error_t()
    unsafe zip_error_init_with_code(&error, ZIP_ER_OPNOTSUPP)
    defer { unsafe zip_error_fini(&error) }
    return unsafe zip_error_to_data(&error, data, UInt64(capacity))
  }
}
