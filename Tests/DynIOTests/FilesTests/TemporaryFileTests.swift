import Foundation
import Testing

@testable import DynIO

@Suite struct TemporaryFileTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// A file is removed when the process that held it is gone, and not before.
  @Test func removesWhatKilledProcessesLeave() throws {
    try folder.put("left", in: ".dyn-left.tmp")
    try folder.put("other", in: ".dyn-other")
    try folder.put("other", in: "x.tmp")
    let held = try TemporaryFile.make(beside: folder.path("x"), isPrivate: false)
    try OutputFile.write([1], to: folder.path("f"))
    let names = try folder.names()
    #expect(!names.contains(".dyn-left.tmp"))
    #expect(names.count == 4 && names.contains("f") && names.contains(".dyn-other"))
    withExtendedLifetime(held) {}
  }

  /// What looks like one and is a link or a folder stays.
  @Test func leavesLinksAndFoldersAlone() throws {
    try folder.put("precious", in: "precious")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path(".dyn-link.tmp"), withDestinationPath: folder.path("precious"))
    try FileManager.default.createDirectory(
      atPath: folder.path(".dyn-folder.tmp"), withIntermediateDirectories: false)
    try OutputFile.write([1], to: folder.path("f"))
    #expect(
      try folder.names() == [".dyn-folder.tmp", ".dyn-link.tmp", "f", "precious"])
  }

  @Test func piecesAppearTogetherOrNotAtAll() throws {
    try folder.put("old", in: "f")
    do {
      let abandoned = try OutputWriter(to: folder.path("f"))
      try abandoned.write(String(repeating: "x", count: 1_000_000))
    }
    #expect(try folder.text(of: "f") == "old")
    #expect(try folder.names() == ["f"])
    let writer = try OutputWriter(to: folder.path("f"))
    for _ in 0..<1000 { try writer.write(String(repeating: "y", count: 1000)) }
    #expect(try folder.text(of: "f") == "old")
    try writer.commit()
    #expect(try folder.text(of: "f") == String(repeating: "y", count: 1_000_000))
    #expect(try folder.names() == ["f"])
  }
}
