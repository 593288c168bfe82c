internal import CZip

// What libzip would not write, as it takes an archive without entries for one to be deleted.
private let emptyArchive: [UInt8] = [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18)
// 1980-01-01 00:00, the first that a .zip file can tell: the same bytes whenever they are made.
private let fixedDate: UInt16 = 1 << 5 | 1
private let fixedTime: UInt16 = 0

/// A .npz archive of the given arrays, in their order, as numpy.savez stores them.
func makeArchive(
  _ entries: [(name: String, array: NpyEncoding)]
) throws(NumpyFileError) -> [UInt8] {
  if entries.isEmpty { return emptyArchive }
  guard let target = unsafe zip_source_buffer_create(nil, 0, 0, nil) else { throw failure(nil) }
  defer { unsafe zip_source_free(target) }
  guard let archive = unsafe zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, nil) else {
    throw failure(nil)
  }
  // Closing the archive gives one hold of the target back; reading it afterwards needs another.
  unsafe zip_source_keep(target)
  do throws(NumpyFileError) {
    for entry in entries { try unsafe add(entry.name, entry.array, to: archive) }
    guard unsafe zip_close(archive) == 0 else {
      throw failure(unsafe String(cString: zip_strerror(archive)))
    }
  } catch {
    unsafe zip_discard(archive)
    throw error
  }
  return try unsafe contents(of: target)
}

private func add(
  _ name: String, _ array: NpyEncoding, to archive: OpaquePointer
) throws(NumpyFileError) {
  guard let source = unsafe NpyEntrySource.make(array) else { throw failure(nil) }
  let index = unsafe zip_file_add(archive, name + ".npy", source, ZIP_FL_ENC_UTF_8)
  guard let index = UInt64(exactly: index) else {
    unsafe zip_source_free(source)
    throw failure(unsafe String(cString: zip_strerror(archive)))
  }
  guard unsafe zip_set_file_compression(archive, index, ZIP_CM_STORE, 0) == 0,
    unsafe zip_file_set_dostime(archive, index, fixedTime, fixedDate, 0) == 0
  else { throw failure(unsafe String(cString: zip_strerror(archive))) }
}

private func contents(of source: OpaquePointer) throws(NumpyFileError) -> [UInt8] {
  var status = unsafe zip_stat_t()
  unsafe zip_stat_init(&status)
  guard unsafe zip_source_stat(source, &status) == 0, unsafe zip_source_open(source) == 0 else {
    throw failure(nil)
  }
  defer { unsafe zip_source_close(source) }
  return try unsafe filledArray(Int(clamping: status.size)) {
    (target: UnsafeMutableBufferPointer<UInt8>) throws(NumpyFileError) in
    guard let start = target.baseAddress,
      unsafe zip_source_read(source, start, UInt64(target.count)) == target.count
    else { throw failure(nil) }
  }
}

private func failure(_ reason: String?) -> NumpyFileError {
  let reason = reason ?? "libzip has no memory left for it"
  return .cannotEncode(array: nil, reason: "cannot be made (\(reason)): save fewer arrays")
}
