import NumpyFiles
import Testing

@Suite struct HeaderTests {
  private let data = [UInt8](repeating: 0, count: 16)

  @Test(arguments: [
    "{'shape':(2,),'fortran_order':False,'descr':'<f8'}",
    "{ \"descr\" : \"<f8\" , 'fortran_order':False , 'shape' : ( 2 , ) , } ",
    "{'descr': '<f8', 'fortran_order': True, 'shape': (2L,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1,), }",
  ]) func readsWhatPythonWould(header: String) throws {
    #expect(try read(Fixtures.npy(header: header, data: data)).reals == [0, 0])
  }

  @Test(arguments: [
    ("", "lacks a {"), ("nonsense", "lacks a {"), ("{", "lacks a '"), ("{}", "has no 'descr'"),
    ("{'descr': '<f8'", "lacks a }"), ("{'descr': '<f8", "without an end"),
    ("{'descr': '<f\\x38'", "with an escape"), ("{'descr' '<f8'", "lacks a :"),
    ("{'descr': '<f8', 'shape': (2,)}", "has no 'fortran_order'"),
    ("{'descr': '<f8', 'fortran_order': False}", "has no 'shape'"),
    ("{'descr': '<f8', 'descr': '<f8'}", "has 'descr' twice"),
    ("{'color': 'red'}", "has the unknown key 'color'"),
    ("{'fortran_order': 0}", "neither True nor False"), ("{'shape': [2]}", "is no tuple"),
    ("{'shape': (2)}", "is no tuple"), ("{'shape': (2 3)}", "is no tuple"),
    ("{'shape': (-2,)}", "no count"), ("{'shape': (,)}", "no count"),
    ("{'shape': (99999999999999999999,)}", "no count"), ("{'shape': (2.5,)}", "is no tuple"),
    ("{'shape': (\(String(repeating: "1,", count: 65)))}", "more than 64 axes"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)} x", "goes on after"),
  ]) func refusesNonsense(header: String, complaint: String) throws {
    let error = try failure(Fixtures.npy(header: header, data: data))
    #expect(error.description.contains(": its header "))
    #expect(error.description.contains(complaint))
    #expect(error.description.hasSuffix(": save it again with numpy.save or numpy.savez"))
    #expect(!error.isUnreadable)
  }

  @Test func refusesCutOffHeaders() throws {
    for length in 6..<128 {
      let problem = try problem(Array(Fixtures.single[..<length]))
      #expect(problem == .malformedHeader("is cut off"))
    }
  }

  @Test func refusesLongHeaders() throws {
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF]
    let expected = NumpyArrayProblem.malformedHeader("claims a length of 4294967295 bytes")
    #expect(try problem(start) == expected)
  }

  @Test func refusesTruncatedAndSurplusData() throws {
    let bytes = Fixtures.single
    #expect(try problem(bytes.dropLast(3)) == .truncated(found: 29, expected: 32))
    #expect(try problem(bytes + [1]) == .surplus(found: 33, expected: 32))
  }

  @Test func refusesSizesThatOverflow() throws {
    let squared = Fixtures.npy(type: "<i1", shape: "(4294967296, 4294967296)")
    #expect(try problem(squared) == .sizeOverflow(shape: [1 << 32, 1 << 32]))
    let wide = Fixtures.npy(type: "<f8", shape: "(\(Int.max),)")
    #expect(try problem(wide) == .sizeOverflow(shape: [Int.max]))
    let text = Fixtures.npy(type: "<U\(Int.max)", shape: "()")
    #expect(try problem(text) == .sizeOverflow(shape: []))
  }

  @Test func takesNoMemoryForWhatIsNotThere() throws {
    let bytes = Fixtures.npy(type: "<f8", shape: "(100000000000000,)")
    let expected = 800_000_000_000_000
    #expect(
      try problem(bytes, memoryLimit: .max) == .truncated(found: 0, expected: expected))
    let empty = Fixtures.npy(type: "<f8", shape: "(\(Int.max), 0, \(Int.max))")
    #expect(try read(empty).elements == .reals([]))
  }

  @Test func keepsToTheMemoryLimit() throws {
    #expect(try read(Fixtures.single, memoryLimit: 32).reals?.count == 4)
    #expect(
      try problem(Fixtures.single, memoryLimit: 31) == .beyondMemoryLimit(bytes: 32, limit: 31))
    // One byte in the file, eight in memory, and both orders at once while one becomes the other.
    #expect(
      try problem(Fixtures.layouts, "2x3", memoryLimit: 95)
        == .beyondMemoryLimit(bytes: 96, limit: 95))
    #expect(try read(Fixtures.layouts, "4", memoryLimit: 32).shape == [4])
  }
}
