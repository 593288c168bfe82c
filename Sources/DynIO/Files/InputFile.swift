#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Why a file could not be read. The description is a sentence for the user.
public struct InputError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The path as it was given.
  public let path: String
  /// The cause in the operating system's words, with a remedy.
  public let reason: String

  /// `cannot read "path": reason`.
  public var description: String { "cannot read \"\(path)\": \(reason)" }
}

/// Whole files as bytes, standard input and pipes included.
public enum InputFile {
  /// The largest file that is read.
  public static let sizeLimit = 1 << 30

  /// The bytes of the file at a path; `-` is standard input.
  ///
  /// - Throws: ``InputError`` when it is missing, a folder, not readable or beyond the size limit.
  public static func read(_ path: String) throws(InputError) -> [UInt8] {
    guard path != "-" else { return try readAll(STDIN_FILENO, path) }
    let descriptor: Int32
    do throws(SystemError) {
      descriptor = try SystemCall.check { open(path, O_RDONLY | O_CLOEXEC) }
    } catch {
      throw InputError(path: path, reason: error.text + ": check the path")
    }
    defer { close(descriptor) }
    return try readAll(descriptor, path)
  }

  private static func readAll(
    _ descriptor: Int32, _ path: String
  ) throws(InputError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count: Int
      do throws(SystemError) {
        count = try SystemCall.check { Self.readSome(descriptor, &buffer) }
      } catch {
        throw InputError(path: path, reason: error.text + ": give a file")
      }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
      guard bytes.count <= sizeLimit else {
        throw InputError(path: path, reason: "it is larger than 1 GiB: give a smaller file")
      }
    }
  }

  private static func readSome(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, &buffer, buffer.count)
    #else
      Darwin.read(descriptor, &buffer, buffer.count)
    #endif
  }
}
