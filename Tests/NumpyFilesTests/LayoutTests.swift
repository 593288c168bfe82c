import NumpyFiles
import Testing

@Suite struct LayoutTests {
  @Test(arguments: [[2, 3], [2, 3, 4], [2, 2, 3, 2], [40, 35], [4], [1, 5, 1]])
  func readsFortranOrder(shape: [Int]) throws {
    let name = shape.map { String($0) }.joined(separator: "x")
    let array = try read(Fixtures.layouts, name)
    let count = Int64(shape.reduce(1, *))
    #expect(array == NumpyArray(shape: shape, integers: Array(0..<count)))
  }

  @Test(arguments: 1...3) func readsVersion(major: Int) throws {
    let array = try read(Fixtures.layouts, "version\(major)")
    #expect(array == NumpyArray(shape: [2, 3], reals: [0, 1, 2, 3, 4, 5]))
  }

  @Test(arguments: [(0, 0), (1, 1), (4, 0), (255, 255)])
  func refusesOtherVersions(major: Int, minor: Int) throws {
    var bytes = Fixtures.single
    (bytes[6], bytes[7]) = (UInt8(major), UInt8(minor))
    #expect(try problem(bytes) == .unsupportedVersion(major: major, minor: minor))
  }

  @Test func readsScalarsAndEmptyArrays() throws {
    #expect(try read(Fixtures.layouts, "scalar") == NumpyArray(shape: [], reals: [2.5]))
    #expect(try read(Fixtures.layouts, "none") == NumpyArray(shape: [0, 3], reals: []))
  }

  @Test func readsTexts() throws {
    for name in ["text", "textBig"] {
      #expect(try read(Fixtures.layouts, name) == NumpyArray(text: "größe 😀"))
    }
    #expect(try read(Fixtures.layouts, "textEmpty") == NumpyArray(text: ""))
    #expect(try read(Fixtures.npy(type: "<U0", shape: "()")) == NumpyArray(text: ""))
    #expect(try read(Fixtures.layouts, "text").reals == nil)
  }

  @Test func refusesWhatIsNoSingleText() throws {
    #expect(try problem(Fixtures.refused, "texts") == .severalTexts(shape: [2]))
    let surrogate = Fixtures.npy(type: "<U1", shape: "()", data: [0, 0xD8, 0, 0])
    #expect(try problem(surrogate) == .invalidCharacter(0xD800))
    let beyond = Fixtures.npy(type: ">U1", shape: "()", data: [0x7F, 0, 0, 1])
    #expect(try problem(beyond) == .invalidCharacter(0x7F00_0001))
  }

  @Test func readsPiecesOfLongArrays() throws {
    let count = 300_001
    let data = (0..<count).flatMap { [UInt8($0 >> 8 & 0xFF), UInt8($0 & 0xFF)] }
    let array = try read(Fixtures.npy(type: ">u2", shape: "(\(count),)", data: data))
    #expect(array.elements == .integers((0..<Int64(count)).map { $0 & 0xFFFF }))
  }

  @Test func readsStoredAndDeflatedArchives() throws {
    #expect(try read(Fixtures.stored, "u") == NumpyArray(shape: [4], reals: [0, 1, 2, 3]))
    #expect(try read(Fixtures.stored, "run/n") == NumpyArray(shape: [3], integers: [1, -2, 3]))
    #expect(try read(Fixtures.stored, "label") == NumpyArray(text: "hi"))
    #expect(try read(Fixtures.deflated).reals == (0..<40).map { Double($0) })
  }

  @Test func readsSingleArrays() throws {
    let expected = NumpyArray(shape: [2, 2], reals: [1, 2, 3, 4])
    #expect(try read(Fixtures.single) == expected)
    #expect(try read(Fixtures.single, "") == expected)
  }

  @Test func listsNames() throws {
    #expect(try withFile(Fixtures.stored, NumpyFiles.arrayNames) == ["u", "label", "run/n"])
    #expect(try withFile(Fixtures.single, NumpyFiles.arrayNames) == [""])
    #expect(try withFile(Fixtures.foreign, NumpyFiles.arrayNames) == ["u", "notes.txt"])
  }

  @Test func findsNamesWithTheirEnding() throws {
    #expect(try read(Fixtures.stored, "u.npy").shape == [4])
  }
}
