import NumpyFiles
import Testing

@Suite struct ElementTypeTests {
  private static let orders = ["little", "big"]

  private func integers(_ type: String) throws -> [Int64]? {
    let array = try read(Fixtures.integers, type)
    guard case .integers(let integers) = array.elements else { return nil }
    return integers
  }

  @Test(arguments: orders, [16, 32, 64]) func readsWideIntegers(order: String, bits: Int) throws {
    let signed = Int64.max >> Int64(64 - bits)
    let unsigned = bits == 64 ? Int64.max : (1 << Int64(bits)) - 1
    #expect(try integers("\(order)/i\(bits / 8)") == [-signed - 1, signed, 0, 1, 2, 100])
    #expect(try integers("\(order)/u\(bits / 8)") == [0, unsigned, 0, 1, 2, 100])
  }

  @Test func readsBytesAndBooleans() throws {
    #expect(try integers("little/i1") == [-128, 127, 0, 1, 2, 100])
    #expect(try integers("little/u1") == [0, 255, 0, 1, 2, 100])
    #expect(try integers("bool") == [1, 0, 1])
  }

  @Test(arguments: orders, ["f2", "f4", "f8"]) func readsReals(order: String, type: String) throws {
    try checkReals("\(order)/\(type)")
  }

  #if arch(x86_64)
    @Test(arguments: orders) func readsLongDoubles(order: String) throws {
      try checkReals("\(order)/f16")
    }
  #endif

  private func checkReals(_ name: String) throws {
    let array = try read(Fixtures.reals, name)
    let reals = try #require(array.reals)
    #expect(array.shape == [2, 3])
    #expect(reals[0..<4] == [0.5, -1.25, .infinity, -.infinity])
    #expect(reals[4].isNaN)
    #expect(reals[5] == 0 && reals[5].sign == .minus)
  }

  @Test func readsNativeOrderMarks() throws {
    let data: [UInt8] = [7, 0]
    for type in ["=u2", "|u2", "u2"] {
      #expect(try read(Fixtures.npy(type: type, shape: "(1,)", data: data)).reals == [7])
    }
  }

  @Test func roundsLargeIntegersToReals() {
    let integers: [Int64] = [9_007_199_254_740_993, -9_007_199_254_740_995, .max]
    let array = NumpyArray(shape: [3], integers: integers)
    #expect(array.reals == [9_007_199_254_740_992, -9_007_199_254_740_996, 0x1p63])
  }

  @Test func refusesUnsignedBeyondInt64() throws {
    #expect(try problem(Fixtures.refused, "unsigned") == .integerTooLarge(1 << 63))
  }

  @Test(arguments: [
    ("complex", "'<c16'", "two arrays"), ("object", "'|O'", "pickles"),
    ("structured", "with fields", "each field"), ("bytes", "'|S2'", "astype(str)"),
    ("date", "'<M8[D]'", "astype(float)"), ("void", "'|V3'", "each field"),
  ]) func refusesOtherTypes(name: String, type: String, remedy: String) throws {
    let error = try failure(Fixtures.refused, name)
    #expect(error.description.contains("array \"\(name)\": has elements of type \(type): "))
    #expect(error.description.contains(remedy))
    #expect(!error.isUnreadable)
  }

  /// NumPy saves the types of ml_dtypes as raw bytes of their size.
  @Test(arguments: [
    ("<V2", "bfloat16"), ("|V2", "bfloat16"), ("V2", "bfloat16"), ("|V1", "float8"),
  ])
  func namesTheShortFloatsOfMachineLearning(type: String, name: String) throws {
    let error = try failure(Fixtures.npy(type: type, shape: "(1,)", data: [0, 0]))
    #expect(error.description.contains("'\(type)': that is how \(name) is saved"))
    #expect(error.description.contains("astype(\"float32\")"))
  }

  @Test(arguments: ["", "<", "<f3", "<f", "<i16", "<u-8", "<i+8", "<f8 ", "q8", "U٣", "b2", "é"])
  func refusesNonsenseTypes(type: String) throws {
    let problem = try problem(Fixtures.npy(type: type, shape: "()"))
    guard case .unsupportedType(let shown, _) = problem else {
      Issue.record("\(type) gave \(String(describing: problem))")
      return
    }
    #expect(shown == "'\(type)'")
  }
}
