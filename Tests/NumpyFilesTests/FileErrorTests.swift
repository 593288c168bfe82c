import Foundation
import NumpyFiles
import Testing

@Suite struct FileErrorTests {
  private func failure(at path: String, name: String? = nil) throws -> NumpyFileError {
    let listing = try #require(throws: NumpyFileError.self) {
      try NumpyFiles.arrayNames(at: path)
    }
    let reading = try #require(throws: NumpyFileError.self) {
      try NumpyFiles.readArray(at: path, name: name, memoryLimit: 1 << 20)
    }
    #expect(listing == reading)
    return reading
  }

  @Test func tellsThatAFileIsMissing() throws {
    for path in ["no/such.npz", "", "no\0such"] {
      let error = try failure(at: path)
      #expect(error == .missing(file: path))
      #expect(error.isUnreadable)
    }
    let shown = NumpyFileError.missing(file: "run\n.npz").description
    #expect(shown == "run\\u{a}.npz: there is no such file: check the path")
  }

  @Test func refusesFoldersAndDevices() throws {
    let folder = FileManager.default.temporaryDirectory.path
    #expect(try failure(at: folder) == .folder(file: folder))
    #expect(try failure(at: folder).isUnreadable)
    let device = try failure(at: "/dev/null")
    #expect(device == .unreadable(file: "/dev/null", reason: "it is a device or a pipe"))
    #expect(device.isUnreadable)
  }

  @Test func refusesFilesThatMayNotBeRead() throws {
    try withFile(Fixtures.single) { path in
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
      // The superuser may read everything.
      if FileManager.default.isReadableFile(atPath: path) { return }
      #expect(try failure(at: path).isUnreadable)
    }
  }

  @Test(arguments: ["P", "PK", "hello there", "NUMPY", "\u{93}NUMPY"])
  func refusesOtherFiles(content: String) throws {
    try withFile(Array(content.utf8)) { path in
      let error = try failure(at: path)
      #expect(error == .notNumpy(file: path))
      #expect(error.description.contains("is neither a .npy nor a .npz file"))
      #expect(!error.isUnreadable)
    }
  }

  @Test func refusesNamesForSingleArrays() throws {
    try withFile(Fixtures.single) { path in
      let error = try #require(throws: NumpyFileError.self) {
        try NumpyFiles.readArray(at: path, name: "u", memoryLimit: 1 << 20)
      }
      #expect(error == .nameForSingleArray(file: path, name: "u"))
      #expect(!error.isUnreadable)
    }
  }
}
