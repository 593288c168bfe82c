import Foundation
import NumpyFiles
import TestSupport

/// A temporary folder of one test, removed with it.
final class CommandFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("dyn-tests-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The repository's folder with shipped scenarios.
  static var scenarios: URL { ReferenceFile.repository.appendingPathComponent("Scenarios") }

  func path(_ name: String) -> String { path + "/" + name }

  func put(_ text: String, in name: String) throws { try put(Data(text.utf8), in: name) }

  func put(_ data: Data, in name: String) throws {
    try data.write(to: URL(fileURLWithPath: path(name)))
  }

  /// Saves arrays as a .npz file.
  func put(_ arrays: [(name: String, array: NumpyArray)], in name: String) throws {
    try put(Data(try NumpyFiles.encode(arrays)), in: name)
  }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
  }

  func data(of name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name)))
  }

  func text(of name: String) throws -> String {
    String(decoding: try data(of: name), as: UTF8.self)
  }

  /// What the folder holds, hidden files too.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  func array(_ array: String, of name: String) throws -> NumpyArray {
    try NumpyFiles.readArray(at: path(name), name: array, memoryLimit: 1 << 30)
  }

  func reader(_ name: String) throws -> FileHandle {
    try FileHandle(forReadingFrom: URL(fileURLWithPath: path(name)))
  }

  func writer(_ name: String) throws -> FileHandle {
    try put(Data(), in: name)
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path(name)))
  }
}
