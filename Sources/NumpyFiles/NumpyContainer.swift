/// An open file, told apart by its first bytes.
enum NumpyContainer {
  case single(RegularFile)
  case archive(ZipArchive)

  init(path: String) throws(NumpyFileError) {
    let file = try RegularFile(path: path)
    let start = try file.readBytes(OtherFormat.longestStart)
    file.rewind()
    if start.starts(with: NpyHeader.magic) {
      self = .single(file)
    } else if Self.archiveStarts.contains(where: { start.starts(with: $0) }) {
      let archive = try ZipArchive(path: path, fileLength: file.length)
      if let format = OtherFormat(entries: archive.entries) { throw format.error(file: path) }
      self = .archive(archive)
    } else {
      throw OtherFormat(start: start, path: path)?.error(file: path) ?? .notNumpy(file: path)
    }
  }

  // Of an archive with entries and of one without any.
  private static let archiveStarts: [[UInt8]] = [[0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6]]
}
