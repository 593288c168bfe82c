import Foundation
import Testing

@testable import DynIO

@Suite struct OutputFileTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test(arguments: [0, 1, 5_000_000]) func writesAllBytes(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try OutputFile.write(bytes, to: folder.path("f"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path("f"))) == Data(bytes))
    #expect(try folder.names() == ["f"])
  }

  @Test func respectsTheUmask() throws {
    close(open(folder.path("model"), O_CREAT | O_WRONLY, 0o666))
    try OutputFile.write([], to: folder.path("f"))
    #expect(try folder.permissions(of: "f") == folder.permissions(of: "model"))
  }

  @Test(arguments: [0o600, 0o640, 0o755]) func keepsPermissions(mode: Int) throws {
    try folder.put("old and longer", in: "f")
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: folder.path("f"))
    try OutputFile.write(Array("new".utf8), to: folder.path("f"))
    #expect(try folder.permissions(of: "f") == mode)
    #expect(try folder.text(of: "f") == "new")
  }

  @Test func replacesTheFileRatherThanItsBytes() throws {
    try folder.put("old", in: "f")
    let reader = try #require(FileHandle(forReadingAtPath: folder.path("f")))
    try OutputFile.write(Array("new".utf8), to: folder.path("f"))
    #expect(try reader.readToEnd() == Data("old".utf8))
  }

  @Test(arguments: ["target", "missing"]) func followsLinks(name: String) throws {
    try folder.put("old", in: "target")
    try FileManager.default.createDirectory(
      atPath: folder.path("sub"), withIntermediateDirectories: false)
    try link("sub/first", to: "../second")
    try link("second", to: folder.path(name))
    try OutputFile.write(Array("new".utf8), to: folder.path("sub/first"))
    #expect(try folder.text(of: name) == "new")
    #expect(try destination("sub/first") == "../second")
    #expect(try destination("second") == folder.path(name))
  }

  @Test func reportsCircularLinks() throws {
    try link("a", to: "b")
    try link("b", to: "a")
    let error = try #require(throws: OutputError.self) {
      try OutputFile.write([1], to: folder.path("a"))
    }
    #expect(error.reason == SystemError(code: ELOOP).text)
  }

  @Test func acceptsTheLongestName() throws {
    let name = String(repeating: "n", count: 255)
    try OutputFile.write([1], to: folder.path(name))
    #expect(try folder.names() == [name])
  }

  @Test func removesTheTemporaryFileWhenRenamingFails() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("taken/inner"), withIntermediateDirectories: true)
    #expect(throws: SystemError.self) {
      let file = try TemporaryFile.make(beside: folder.path("taken"), isPrivate: false)
      try file.append([1])
      try file.replace(folder.path("taken"), permissions: nil)
    }
    #expect(try folder.names() == ["taken"])
  }

  private func link(_ name: String, to destination: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path(name), withDestinationPath: destination)
  }

  private func destination(_ name: String) throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: folder.path(name))
  }
}
