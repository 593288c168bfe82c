import DynText

/// A format that people have their arrays in and that is not read here, known by its first bytes or,
/// where these tell nothing, by the file's extension.
struct OtherFormat {
  private let name: String
  private let remedy: String

  /// How many of a file's first bytes are looked at.
  static let longestStart = 1024

  /// The format of an archive that is no .npz file.
  init?(entries: [ZipArchive.Entry]) {
    let names = entries.map(\.fileName)
    guard names.contains(where: { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }) else {
      return nil
    }
    self = .torch
  }

  /// The format of a file that begins with neither of NumPy's marks.
  init?(start: [UInt8], path: String) {
    let fileExtension = FilePath.fileExtension(of: path)?.lowercased() ?? ""
    if start.isEmpty {
      self.init(name: "an empty file", remedy: "save it again")
    } else if start.starts(with: Self.oldTorch) {
      self = .torch
    } else if start.count > 1, start[0] == 0x80, (2...5).contains(start[1]) {
      self = ["pt", "pth", "ckpt", "bin"].contains(fileExtension) ? .torch : .pickle
    } else if let format = Self.marked.first(where: { Self.has($0.mark, start) })?.format {
      self = format
    } else if start.count > 8, start[8] == 0x7B, start[4..<8].allSatisfy({ $0 == 0 }) {
      self = .safetensors
    } else {
      guard let format = Self.named[fileExtension] else { return nil }
      self = format
    }
  }

  private init(name: String, remedy: String) {
    self.name = name
    self.remedy = remedy
  }

  /// The sentence about a file of this format.
  func error(file: String) -> NumpyFileError {
    .otherFormat(file: file, format: name, remedy: remedy)
  }

  private static func has(_ mark: (offset: Int, bytes: [UInt8]), _ start: [UInt8]) -> Bool {
    start.dropFirst(mark.offset).starts(with: mark.bytes)
  }
}

extension OtherFormat {
  private static let torch = OtherFormat(
    name: "a PyTorch file",
    remedy: "open it with torch.load and write numpy.savez(\"a.npz\", "
      + "W=tensor.detach().float().cpu().numpy()), a tensor an array")
  private static let pickle = OtherFormat(
    name: "a Python pickle, which can run any code when it is opened",
    remedy: "open it in Python if you trust it and write numpy.savez(\"a.npz\", W=array)")
  private static let safetensors = OtherFormat(
    name: "a .safetensors file",
    remedy: "write numpy.savez(\"a.npz\", **safetensors.numpy.load_file(path))")
  private static let matlab = OtherFormat(
    name: "a MATLAB file",
    remedy: "write numpy.savez(\"a.npz\", W=scipy.io.loadmat(path)[\"W\"])")
  private static let hdf5 = OtherFormat(
    name: "an HDF5 file",
    remedy: "write numpy.savez(\"a.npz\", W=h5py.File(path)[\"W\"][...])")
  private static let table = OtherFormat(
    name: "a table as text",
    remedy: "write numpy.save(\"a.npy\", numpy.loadtxt(path, delimiter=\",\"))")
  private static let parquet = OtherFormat(
    name: "a Parquet or Arrow file",
    remedy: "write numpy.save(\"a.npy\", pandas.read_parquet(path).to_numpy())")
  private static let json = OtherFormat(
    name: "a JSON file",
    remedy: "give the numbers with \"kind\": \"values\", or save them with numpy.save")

  private static func compressed(_ name: String, _ command: String) -> OtherFormat {
    OtherFormat(name: "compressed with \(name)", remedy: "unpack it with \(command)")
  }

  /// The magic number that torch.save wrote before it made .zip files, as a pickle.
  private static let oldTorch: [UInt8] = [
    0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
  ]

  private static let marked: [(mark: (offset: Int, bytes: [UInt8]), format: OtherFormat)] = [
    ((0, [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]), hdf5),
    // MATLAB's own files are HDF5 from version 7.3 on, behind a text of 512 bytes.
    ((0, Array("MATLAB ".utf8)), matlab), ((0, Array("PAR1".utf8)), parquet),
    ((0, Array("ARROW1".utf8)), parquet),
    ((0, [0x1F, 0x8B]), compressed("gzip", "gunzip")),
    ((0, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]), compressed("xz", "unxz")),
    ((0, Array("BZh".utf8)), compressed("bzip2", "bunzip2")),
    ((0, [0x28, 0xB5, 0x2F, 0xFD]), compressed("zstd", "unzstd")),
  ]

  private static let named: [String: OtherFormat] = [
    "pt": torch, "pth": torch, "pkl": pickle, "pickle": pickle, "safetensors": safetensors,
    "mat": matlab, "h5": hdf5, "hdf5": hdf5, "csv": table, "tsv": table, "txt": table,
    "parquet": parquet, "json": json,
  ]
}
