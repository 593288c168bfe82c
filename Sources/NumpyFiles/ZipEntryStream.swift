internal import CZip

/// The unpacked bytes of one entry of an archive.
@safe final class ZipEntryStream: ByteStream {
  let origin: ArrayOrigin
  private(set) var remaining: Int
  private let file: OpaquePointer
  // libzip's file is part of the archive, which therefore has to outlive it.
  private let archive: ZipArchive

  // libzip 1.7 counts wrongly when it is asked to unpack more than 4 GiB at once.
  private static let longestRead = 1 << 30

  init(_ file: OpaquePointer, of archive: ZipArchive, length: Int, origin: ArrayOrigin) {
    unsafe self.file = unsafe file
    self.archive = archive
    self.origin = origin
    remaining = length
  }

  deinit { unsafe zip_fclose(file) }

  func readSome(_ buffer: UnsafeMutableRawBufferPointer) throws(NumpyFileError) -> Int {
    guard let start = buffer.baseAddress else { return 0 }
    let most = UInt64(min(buffer.count, Self.longestRead))
    let count = Int(unsafe zip_fread(file, start, most))
    guard count >= 0 else { throw failure() }
    remaining = max(0, remaining - count)
    return count
  }

  private func failure() -> NumpyFileError {
    let error = unsafe zip_file_get_error(file)
    let reason = unsafe String(cString: zip_error_strerror(error))
    return switch unsafe zip_error_code_zip(error) {
    case ZIP_ER_CRC: origin.failure(.wrongChecksum)
    case ZIP_ER_READ: .unreadable(file: origin.file, reason: reason)
    default: origin.failure(.damagedEntry(reason))
    }
  }
}
