import DynIO
import Foundation
import Testing

@Suite struct DirectOutputTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func leavesDevicesInPlace() throws {
    try OutputFile.checkWritable("/dev/null")
    try OutputFile.write([1, 2, 3], to: "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test(.enabled(if: access("/dev/full", W_OK) == 0)) func reportsAFullDevice() throws {
    let error = try #require(throws: OutputError.self) {
      try OutputFile.write([1], to: "/dev/full")
    }
    #expect(error.reason == String(cString: strerror(ENOSPC)))
  }

  @Test func writesIntoAFIFO() throws {
    let path = folder.path("fifo")
    try #require(mkfifo(path, 0o600) == 0)
    // Open for reading and writing, so that neither side waits for the other.
    let descriptor = open(path, O_RDWR)
    let reader = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try OutputFile.checkWritable(path)
    try OutputFile.write(Array("text".utf8), to: path)
    #expect(try reader.read(upToCount: 4) == Data("text".utf8))
    #expect(try folder.names() == ["fifo"])
  }

  @Test func appendsToAnOpenDescriptor() throws {
    try folder.put("first ", in: "log")
    let writer = try #require(FileHandle(forWritingAtPath: folder.path("log")))
    try writer.seekToEnd()
    let path = "/dev/fd/\(writer.fileDescriptor)"
    try OutputFile.checkWritable(path)
    try OutputFile.write(Array("second".utf8), to: path)
    #expect(try folder.text(of: "log") == "first second")
  }

  @Test func refusesADescriptorOpenForReadingOnly() throws {
    try folder.put("text", in: "input")
    let reader = try #require(FileHandle(forReadingAtPath: folder.path("input")))
    let error = try #require(throws: OutputError.self) {
      try OutputFile.checkWritable("/dev/fd/\(reader.fileDescriptor)")
    }
    #expect(error.reason.contains("not open for writing"))
  }

  @Test func writesMoreThanAPipeHolds() async throws {
    let pipe = Pipe()
    let count = 1_000_000
    let writer = pipe.fileHandleForWriting
    _ = fcntl(writer.fileDescriptor, F_SETFL, O_NONBLOCK)
    let reading = Task.detached { [reader = pipe.fileHandleForReading] in
      try reader.read(upToCount: count)?.count
    }
    let bytes = [UInt8](repeating: 7, count: count)
    try OutputFile.write(bytes, to: "/dev/fd/\(writer.fileDescriptor)")
    #expect(try await reading.value == count)
  }
}
