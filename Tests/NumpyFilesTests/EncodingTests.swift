import NumpyFiles
import Testing

@Suite struct EncodingTests {
  private let arrays: [(name: String, array: NumpyArray)] = [
    ("u", NumpyArray(shape: [2, 2], reals: [.pi, .infinity, .leastNonzeroMagnitude, -0.0])),
    ("run/n", NumpyArray(shape: [3], integers: [.min, 0, .max])),
    ("scalar", NumpyArray(shape: [], reals: [3.5])),
    ("empty", NumpyArray(shape: [0, 4], integers: [])),
    ("größe", NumpyArray(text: "größe 😀")),
    ("nothing", NumpyArray(text: "")),
    ("deep", NumpyArray(shape: [Int](repeating: 1, count: 64), reals: [7])),
    ("u.npy", NumpyArray(shape: [1], reals: [8])),
  ]

  @Test func readsWhatItWrites() throws {
    try withFile(try NumpyFiles.encode(arrays)) { (path: String) throws in
      #expect(try NumpyFiles.arrayNames(at: path) == arrays.map { $0.name })
      for (name, array) in arrays {
        #expect(try NumpyFiles.readArray(at: path, name: name, memoryLimit: 1 << 10) == array)
      }
    }
  }

  @Test func makesTheSameBytesEveryTime() throws {
    let first = try NumpyFiles.encode(arrays)
    #expect(try NumpyFiles.encode(arrays) == first)
    // The time and date of the first entry: 1980-01-01 00:00.
    #expect(first[10..<14] == [0, 0, 0x21, 0])
    #expect(first[8..<10] == [0, 0], "stored")
  }

  @Test func writesArraysAsNumPyDoes() throws {
    let array = NumpyArray(shape: [2, 2], reals: [1, 2, 3, 4])
    let bytes = try NumpyFiles.encode([("u", array)])
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: Fixtures.single) })
    #expect(String(decoding: bytes[(start - 5)..<start], as: UTF8.self) == "u.npy")
  }

  @Test func writesTextsAsNumPyDoes() throws {
    let bytes = try NumpyFiles.encode([("t", NumpyArray(text: "aé")), ("e", NumpyArray(text: ""))])
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("{'descr': '<U2', 'fortran_order': False, 'shape': (), }"))
    #expect(text.contains("{'descr': '<U1', 'fortran_order': False, 'shape': (), }"))
  }

  @Test func writesEmptyArchives() throws {
    let bytes = try NumpyFiles.encode([])
    #expect(bytes.count == 22)
    #expect(try withFile(bytes, NumpyFiles.arrayNames) == [])
  }

  @Test func writesMoreEntriesThanAPlainArchiveCounts() throws {
    let many = (0..<66_000).map {
      (name: "a\($0)", array: NumpyArray(shape: [], integers: [Int64($0)]))
    }
    try withFile(try NumpyFiles.encode(many)) { path in
      #expect(try NumpyFiles.arrayNames(at: path).count == 66_000)
      let last = try NumpyFiles.readArray(at: path, name: "a65999", memoryLimit: 8)
      #expect(last.elements == .integers([65_999]))
    }
  }

  @Test func writesLongArrays() throws {
    let array = NumpyArray(shape: [1000, 500], reals: (0..<500_000).map { Double($0) })
    let bytes = try NumpyFiles.encode([("u", array), ("v", arrays[0].array)])
    #expect(try read(bytes, "u") == array)
    #expect(try read(bytes, "v") == arrays[0].array)
  }

  @Test(arguments: [
    ("", "has an empty name"), ("a\0b", "zero character"), ("u", "is there twice"),
    (String(repeating: "x", count: 65_532), "65532 bytes"),
  ]) func refusesNames(name: String, complaint: String) throws {
    let scalar = NumpyArray(shape: [], reals: [0])
    let error = try #require(throws: NumpyFileError.self) {
      try NumpyFiles.encode([("u", scalar), (name, scalar)])
    }
    #expect(error.description.contains(complaint))
    #expect(!error.isUnreadable)
  }

  @Test(arguments: [
    NumpyArray(shape: [2], reals: [0]), NumpyArray(shape: [-1], reals: [0]),
    NumpyArray(shape: [Int.max, Int.max], integers: []), NumpyArray(shape: [], integers: []),
    NumpyArray(shape: [Int](repeating: 1, count: 65), reals: [0]), NumpyArray(text: "a\0"),
  ]) func refusesWhatDoesNotFit(array: NumpyArray) throws {
    let error = try #require(throws: NumpyFileError.self) { try NumpyFiles.encode([("u", array)]) }
    #expect(error.description.hasPrefix("array \"u\": its "))
  }
}
