internal import CZip

/// An open .npz file.
@safe final class ZipArchive {
  /// One file in the archive; `name` is what NumPy calls it, without its `.npy`.
  struct Entry {
    let name: String
    let fileName: String
    let index: UInt64
  }

  let path: String
  /// All entries but folders, in the order of the archive.
  let entries: [Entry]
  private let handle: OpaquePointer
  private let fileLength: Int

  init(path: String, fileLength: Int) throws(NumpyFileError) {
    var code: CInt = 0
    guard let handle = unsafe zip_open(path, ZIP_RDONLY, &code) else {
      throw Self.openFailure(path, code)
    }
    self.path = path
    self.fileLength = fileLength
    unsafe self.handle = unsafe handle
    entries = unsafe Self.entries(of: handle)
  }

  deinit { unsafe zip_discard(handle) }

  /// Opens an entry for reading after checking what the archive's directory says about it.
  func open(_ entry: Entry) throws(NumpyFileError) -> ZipEntryStream {
    let origin = ArrayOrigin(file: path, array: entry.name)
    let length: Int
    do throws(NumpyArrayProblem) {
      length = try checkedLength(entry)
    } catch {
      throw origin.failure(error)
    }
    guard let file = unsafe zip_fopen_index(handle, entry.index, 0) else {
      throw origin.failure(.damagedEntry(unsafe String(cString: zip_strerror(handle))))
    }
    return unsafe ZipEntryStream(file, of: self, length: length, origin: origin)
  }

  private func checkedLength(_ entry: Entry) throws(NumpyArrayProblem) -> Int {
    var status = unsafe zip_stat_t()
    unsafe zip_stat_init(&status)
    guard unsafe zip_stat_index(handle, entry.index, 0, &status) == 0 else {
      throw .damagedEntry(unsafe String(cString: zip_strerror(handle)))
    }
    let method = unsafe Int(status.comp_method)
    guard unsafe status.encryption_method == ZIP_EM_NONE else { throw .encrypted }
    guard method == ZIP_CM_STORE || method == ZIP_CM_DEFLATE else {
      throw .unsupportedCompression(method: method)
    }
    guard let length = unsafe Int(exactly: status.size),
      let packed = unsafe Int(exactly: status.comp_size), packed <= fileLength
    else { throw .damagedEntry("it claims to be longer than the file") }
    // Deflate packs at most 1032 bytes into one; memory is only reserved for what can be true.
    let most = method == ZIP_CM_STORE ? packed : packed.multipliedReportingOverflow(by: 1032).0
    guard length <= most else { throw .damagedEntry("it claims to hold more than fits into it") }
    return length
  }

  private static func entries(of handle: OpaquePointer) -> [Entry] {
    let count = unsafe UInt64(clamping: zip_get_num_entries(handle, 0))
    var entries: [Entry] = []
    for index in 0..<count {
      guard let bytes = unsafe zip_get_name(handle, index, 0) else { continue }
      let name = unsafe String(cString: bytes)
      if name.utf8.last == UInt8(ascii: "/") { continue }
      let isArray = name.utf8.suffix(4).elementsEqual(".npy".utf8)
      let short = isArray ? String(decoding: name.utf8.dropLast(4), as: UTF8.self) : name
      entries.append(Entry(name: short, fileName: name, index: index))
    }
    return entries
  }

  private static func openFailure(_ path: String, _ code: CInt) -> NumpyFileError {
    var error = unsafe zip_error_t()
    // The file is known to exist; this code is about a field that the archive itself lacks.
    unsafe zip_error_init_with_code(&error, code == ZIP_ER_NOENT ? ZIP_ER_INCONS : code)
    defer { unsafe zip_error_fini(&error) }
    let reason = unsafe String(cString: zip_error_strerror(&error))
    // Not ZIP_ER_SEEK: a damaged archive makes libzip seek to where no byte can be.
    return code == ZIP_ER_OPEN || code == ZIP_ER_READ
      ? .unreadable(file: path, reason: reason) : .damagedArchive(file: path, reason: reason)
  }
}
