import Foundation
import Testing

@testable import DynIO

@Suite struct TemporaryFileTests {
  private let folder: ScratchFolder

  private static let left = TemporaryFile.prefix + "1left" + TemporaryFile.suffix
  private static let link = TemporaryFile.prefix + "2link" + TemporaryFile.suffix
  private static let folder = TemporaryFile.prefix + "3folder" + TemporaryFile.suffix

  init() throws { folder = try ScratchFolder() }

  /// A file is removed when the process that held it is gone, and not before.
  @Test func removesWhatKilledProcessesLeave() throws {
    try folder.put("left", in: Self.left)
    try folder.put("other", in: ".dyn-other.tmp")
    try folder.put("other", in: "x.tmp")
    let held = try TemporaryFile.make(beside: folder.path("x"), isPrivate: false)
    try OutputFile.write([1], to: folder.path("f"))
    let names = try folder.names()
    #expect(!names.contains(Self.left))
    #expect(names.count == 4 && names.contains("f") && names.contains(".dyn-other.tmp"))
    withExtendedLifetime(held) {}
  }

  /// What looks like one and is a link or a folder stays.
  @Test func leavesLinksAndFoldersAlone() throws {
    try folder.put("precious", in: "precious")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path(Self.link), withDestinationPath: folder.path("precious"))
    try FileManager.default.createDirectory(
      atPath: folder.path(Self.folder), withIntermediateDirectories: false)
    try OutputFile.write([1], to: folder.path("f"))
    #expect(
      try Set(folder.names()) == [Self.folder, Self.link, "f", "precious"])
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
