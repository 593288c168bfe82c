import NumpyFiles
import Testing

@Suite struct ArchiveTests {
  private let fromDirectory = Array("PK".utf8) + [1, 2]

  @Test func refusesTruncatedArchives() throws {
    let bytes = Fixtures.stored
    for length in stride(from: 4, to: bytes.count, by: 7) {
      let error = try failure(Array(bytes[..<length]), "u")
      #expect(error.description.contains("archive is truncated or damaged"), "\(length)")
      #expect(!error.isUnreadable)
    }
  }

  @Test func noticesChangedData() throws {
    var stored = Fixtures.stored
    // The second number of "u", after the entry's own and the array's header.
    let start = try #require(firstIndex(of: [0, 0, 0, 0, 0, 0, 0xF0, 0x3F], in: stored))
    stored[start] ^= 1
    #expect(try problem(stored, "u") == .wrongChecksum)
    #expect(try read(stored, "label") == NumpyArray(text: "hi"))
  }

  @Test func noticesChangedPackedData() throws {
    let bytes = Fixtures.deflated
    let directory = try #require(firstIndex(of: fromDirectory, in: bytes))
    let original = try read(bytes)
    var refused = 0
    for index in 60..<directory {
      var changed = bytes
      changed[index] ^= 0x10
      // The last byte may have bits that mean nothing.
      if let array = try? read(changed) { #expect(array == original) } else { refused += 1 }
    }
    #expect(refused >= directory - 61)
  }

  @Test func namesWhatThereIs() throws {
    let unknown = try failure(Fixtures.stored, "run/m").description
    #expect(
      unknown.hasSuffix(
        ": has no array \"run/m\": the nearest is \"run/n\"; it holds \"u\", \"label\", \"run/n\""))
    let several = try failure(Fixtures.stored).description
    #expect(
      several.hasSuffix(
        ": holds several arrays and none was named: name one of \"u\", \"label\", \"run/n\""))
  }

  @Test func shortensLongLists() throws {
    let arrays = (0..<70).map { (name: "a\($0)", array: NumpyArray(shape: [], reals: [0])) }
    let error = try failure(try NumpyFiles.encode(arrays), "a700").description
    #expect(error.contains("the nearest is \"a70\"") || error.contains("the nearest is \"a0\""))
    #expect(error.hasSuffix("\"a19\" and 50 more"))
  }

  @Test func refusesEmptyAndAmbiguousArchives() throws {
    guard case .noArrays = try failure(try NumpyFiles.encode([])) else {
      Issue.record("an empty archive has no arrays")
      return
    }
    guard case .ambiguousName(_, "u") = try failure(Fixtures.twice, "u") else {
      Issue.record("two entries of one name are ambiguous")
      return
    }
  }

  @Test func refusesForeignEntries() throws {
    #expect(try problem(Fixtures.foreign, "u") == .unsupportedCompression(method: 12))
    #expect(try problem(Fixtures.foreign, "notes.txt") == .notAnArray)
  }

  @Test func refusesEncryptedEntries() throws {
    var bytes = Fixtures.deflated
    let directory = try #require(firstIndex(of: fromDirectory, in: bytes))
    bytes[6] |= 1
    bytes[directory + 8] |= 1
    #expect(try problem(bytes) == .encrypted)
  }

  @Test func neverUnpacksMoreThanAnnounced() throws {
    let limit = 1 << 20
    #expect(try read(Fixtures.bomb, "zeros", memoryLimit: limit).shape == [131072])
    #expect(
      try problem(Fixtures.bomb, "zeros", memoryLimit: limit - 1)
        == .beyondMemoryLimit(bytes: limit, limit: limit - 1))
    #expect(try problem(Fixtures.bomb, "one") == .surplus(found: limit, expected: 8))
  }

  @Test func disbelievesImpossibleSizes() throws {
    var bytes = Fixtures.deflated
    let directory = try #require(firstIndex(of: fromDirectory, in: bytes))
    bytes[directory + 27] = 0x70
    let expected = NumpyArrayProblem.damagedEntry("it claims to hold more than fits into it")
    #expect(try problem(bytes, memoryLimit: .max) == expected)
  }

  private func firstIndex(of part: [UInt8], in bytes: [UInt8]) -> Int? {
    bytes.indices.first { bytes[$0...].starts(with: part) }
  }
}
