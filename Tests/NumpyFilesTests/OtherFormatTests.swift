import Foundation
import NumpyFiles
import Testing

/// Files of other formats are named, with what to do.
@Suite struct OtherFormatTests {
  /// The message about a file of these bytes and this extension.
  private func message(_ bytes: [UInt8], _ suffix: String) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("other-\(UUID().uuidString).\(suffix)").path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let error = try #require(throws: NumpyFileError.self) {
      try NumpyFiles.readArray(at: path, name: nil, memoryLimit: 1 << 20)
    }
    #expect(!error.isUnreadable)
    return error.description
  }

  /// The first bytes are those that the formats' own documents fix, and that Python writes.
  @Test(
    arguments: [
      ([0x1F, 0x8B, 8, 0], "npy", "gzip"), ([0x80, 4, 0x95, 0], "npy", "a Python pickle"),
      ([0x80, 2, 0x7D], "pt", "torch.load"),
      (
        [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E],
        "bin",
        "torch.load"
      ),
      ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], "npz", "HDF5"),
      (Array("MATLAB 5.0 MAT-file".utf8), "npy", "scipy.io.loadmat"),
      ([16, 0, 0, 0, 0, 0, 0, 0] + Array("{\"W\": {}}".utf8), "x", "safetensors"),
      (Array("0.5,1\n".utf8), "csv", "numpy.loadtxt"), ([], "npy", "an empty file"),
      (Array("PAR1".utf8), "data", "pandas.read_parquet"),
    ] as [([UInt8], String, String)])
  func formatsAreNamed(bytes: [UInt8], suffix: String, fragment: String) throws {
    let message = try message(bytes, suffix)
    #expect(message.contains(fragment), "\(message)")
    #expect(message.contains("not a .npy or .npz file: "))
  }

  /// torch.save writes a .zip file, as numpy.savez does: the stored archive with a pickle in it.
  @Test func torchArchivesAreNamed() throws {
    let name = Array("run/n.npy".utf8)
    let other = Array("/data.pkl".utf8)
    var bytes = Fixtures.stored
    for start in bytes.indices where bytes[start...].starts(with: name) {
      bytes.replaceSubrange(start..<start + name.count, with: other)
    }
    #expect(try message(bytes, "pt").contains("is a PyTorch file"))
  }
}
