import DynIO
import Foundation
import Testing

@Suite struct OutputCheckTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.put("old", in: "file")
  }

  @Test(arguments: ["file", "new"]) func acceptsFilesAndChangesNothing(name: String) throws {
    try OutputFile.checkWritable(folder.path(name))
    #expect(try folder.names() == ["file"])
    #expect(try folder.text(of: "file") == "old")
  }

  @Test(.enabled(if: access(".", W_OK) == 0)) func acceptsNamesInTheCurrentFolder() throws {
    try OutputFile.checkWritable("no-such-file-yet")
  }

  @Test(arguments: [
    ("", "it is a folder; add the name of a file"), ("new/", "it is a folder; add the name"),
    ("no/new", "no\" does not exist; create it or choose another folder"),
    ("file/new", "file\" is not a folder; choose another path"), ("a\u{0}b", "a NUL character"),
  ]) func refusesBadPaths(name: String, fragment: String) throws {
    let path = name.isEmpty ? folder.path : folder.path(name)
    let error = try #require(throws: OutputError.self) { try OutputFile.checkWritable(path) }
    #expect(error.path == path)
    #expect(error.reason.contains(fragment), "\(error.reason)")
    #expect(error.description == "cannot write \"\(path)\": \(error.reason)")
    #expect(throws: OutputError.self) { try OutputFile.write([1], to: path) }
    #expect(try folder.names() == ["file"])
  }

  @Test func refusesAnEmptyPath() throws {
    let error = try #require(throws: OutputError.self) { try OutputFile.checkWritable("") }
    #expect(error.reason.contains("the path is empty"))
  }

  // The superuser may write everywhere.
  @Test(.enabled(if: geteuid() != 0)) func refusesWriteProtectedFilesAndFolders() throws {
    let manager = FileManager.default
    try manager.setAttributes([.posixPermissions: 0o400], ofItemAtPath: folder.path("file"))
    let error = try #require(throws: OutputError.self) {
      try OutputFile.write([1], to: folder.path("file"))
    }
    #expect(error.reason.contains("it may not be overwritten"))
    try manager.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
    let other = try #require(throws: OutputError.self) {
      try OutputFile.checkWritable(folder.path("new"))
    }
    try manager.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
    #expect(other.reason.contains("is not writable"))
  }
}
