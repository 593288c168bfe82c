/// Reads .npy and .npz files and makes .npz files, with `numpy.load` and `numpy.savez` as the
/// other side. Which of the two a file is, its first bytes decide and not its name.
public enum NumpyFiles {
  // A .zip entry's name has at most 65535 bytes, of which ".npy" takes four.
  private static let longestName = 65531

  /// Reads one array of a file, in full.
  ///
  /// - Parameters:
  ///   - path: A .npy file, or a .npz file with stored or deflated entries.
  ///   - name: Which array of a .npz file, without its `.npy`; `nil` takes the only one there is.
  ///     For a .npy file `nil` or `""`.
  ///   - memoryLimit: The most bytes that the elements may take in memory: 8 for a number
  ///     whatever its type, 4 for a character, twice as much for what is to be transposed from
  ///     Fortran to C order.
  /// - Returns: The array in C order; of a file's numbers, floats are reals, and integers and
  ///   booleans integers.
  /// - Throws: `NumpyFileError` where the file or the array is missing, unreadable, damaged, of an
  ///   unsupported type, or too large.
  public static func readArray(
    at path: String, name: String?, memoryLimit: Int
  ) throws(NumpyFileError) -> NumpyArray {
    switch try NumpyContainer(path: path) {
    case .single(let file):
      if let name, !name.isEmpty { throw .nameForSingleArray(file: path, name: name) }
      return try decodeArray(file, memoryLimit: memoryLimit)
    case .archive(let archive):
      let entry = try find(name, in: archive)
      return try decodeArray(archive.open(entry), memoryLimit: memoryLimit)
    }
  }

  /// The names of a file's arrays in the order of the file: of a .npz file all of them without
  /// their `.npy`, of a .npy file `""`. No array is read.
  ///
  /// - Throws: `NumpyFileError` where the file is missing, unreadable or neither of the two.
  public static func arrayNames(at path: String) throws(NumpyFileError) -> [String] {
    switch try NumpyContainer(path: path) {
    case .single: [""]
    case .archive(let archive): archive.entries.map { $0.name }
    }
  }

  /// A whole .npz file: stored entries `<name>.npy` in the given order, reals as float64, integers
  /// as int64, a text as a 0-dimensional unicode array. The same arrays make the same bytes.
  ///
  /// - Throws: `NumpyFileError.cannotEncode` for a name that is empty, too long, twice there or
  ///   with a zero character, a shape that does not fit its elements, and a text that ends with
  ///   a zero character.
  public static func encode(
    _ arrays: [(name: String, array: NumpyArray)]
  ) throws(NumpyFileError) -> [UInt8] {
    var names: Set<String> = []
    var entries: [(name: String, array: NpyEncoding)] = []
    for (name, array) in arrays {
      try checkName(name, isNew: names.insert(name).inserted)
      entries.append((name, try NpyEncoding(name: name, array)))
    }
    return try makeArchive(entries)
  }

  private static func find(
    _ name: String?, in archive: ZipArchive
  ) throws(NumpyFileError) -> ZipArchive.Entry {
    let entries = archive.entries
    guard let first = entries.first else { throw .noArrays(file: archive.path) }
    guard let name else {
      if entries.count == 1 { return first }
      throw .severalArrays(file: archive.path, available: entries.map { $0.name })
    }
    var found = entries.filter { $0.name == name }
    // As numpy.load does, "u.npy" also finds "u".
    if found.isEmpty { found = entries.filter { $0.fileName == name } }
    guard let entry = found.first else {
      throw .unknownArray(file: archive.path, name: name, available: entries.map { $0.name })
    }
    guard found.count == 1 else { throw .ambiguousName(file: archive.path, name: name) }
    return entry
  }

  private static func checkName(_ name: String, isNew: Bool) throws(NumpyFileError) {
    let reason: String? =
      if name.isEmpty {
        "has an empty name: name it"
      } else if name.utf8.contains(0) {
        "has a name with a zero character, which a .npz file cannot hold: leave it out"
      } else if name.utf8.count > longestName {
        "has a name of \(name.utf8.count) bytes: name it with at most \(longestName)"
      } else if !isNew {
        "is there twice: give each array its own name"
      } else {
        nil
      }
    if let reason { throw .cannotEncode(array: name, reason: reason) }
  }
}
