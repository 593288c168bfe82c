import Foundation
import NumpyFiles
import Testing

/// Files that NumPy made, and the means to make others by hand.
enum Fixtures {
  static func decoded(_ base64: String) -> [UInt8] {
    [UInt8](Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data())
  }

  /// A .npy file of version 1.0 with any text as its header.
  static func npy(header: String, data: [UInt8] = []) -> [UInt8] {
    let text = Array((header + "\n").utf8)
    let length = [UInt8(text.count & 0xFF), UInt8(text.count >> 8)]
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + length + text + data
  }

  /// The header that NumPy writes for a type and a shape.
  static func npy(type: String, shape: String, data: [UInt8] = []) -> [UInt8] {
    npy(header: "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }", data: data)
  }
}

/// A file that is there while `body` runs; its name does not tell what it is.
func withFile<Result>(
  _ bytes: [UInt8], _ body: (String) throws -> Result
) throws -> Result {
  let name = "numpy-files-\(UUID().uuidString).data"
  let url = FileManager.default.temporaryDirectory.appendingPathComponent(name)
  try Data(bytes).write(to: url)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url.path)
}

/// Reads an array of a file of these bytes.
func read(
  _ bytes: [UInt8], _ name: String? = nil, memoryLimit: Int = 1 << 24
) throws -> NumpyArray {
  try withFile(bytes) { path in
    try NumpyFiles.readArray(at: path, name: name, memoryLimit: memoryLimit)
  }
}

/// The error of reading an array of a file of these bytes.
func failure(
  _ bytes: [UInt8], _ name: String? = nil, memoryLimit: Int = 1 << 24
) throws -> NumpyFileError {
  try #require(throws: NumpyFileError.self) {
    _ = try read(bytes, name, memoryLimit: memoryLimit)
  }
}

/// What is wrong with the array of a file of these bytes.
func problem(
  _ bytes: [UInt8], _ name: String? = nil, memoryLimit: Int = 1 << 24
) throws -> NumpyArrayProblem? {
  guard case .invalidArray(_, _, let problem) = try failure(bytes, name, memoryLimit: memoryLimit)
  else { return nil }
  return problem
}
