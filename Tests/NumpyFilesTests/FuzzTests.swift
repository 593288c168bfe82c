import Foundation
import NumpyFiles
import Testing

@Suite struct FuzzTests {
  /// SplitMix64: the same damage in every run.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  @Test(arguments: [
    Fixtures.single, Fixtures.stored, Fixtures.deflated, Fixtures.foreign, Fixtures.twice,
    Fixtures.refused, Fixtures.layouts,
  ]) func survivesDamage(original: [UInt8]) throws {
    var generator = Generator(state: UInt64(original.count))
    try withFile(original) { path in
      for _ in 0..<1000 {
        let bytes = damaged(original, &generator)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let problems = readAll(path)
        #expect(problems.allSatisfy { !$0.isUnreadable && !$0.description.contains("\n") })
      }
    }
  }

  private func damaged(_ original: [UInt8], _ generator: inout Generator) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...3, using: &generator) where bytes.count > 1 {
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes.removeLast(bytes.count - index)
      case 3: bytes.remove(at: index)
      case 4: bytes.insert(0xFF, at: index)
      default: for place in index..<min(index + 4, bytes.count) { bytes[place] = 0xFF }
      }
    }
    return bytes
  }

  private func readAll(_ path: String) -> [NumpyFileError] {
    var problems: [NumpyFileError] = []
    do throws(NumpyFileError) {
      for name in try NumpyFiles.arrayNames(at: path) {
        do throws(NumpyFileError) {
          _ = try NumpyFiles.readArray(at: path, name: name, memoryLimit: 1 << 20)
        } catch {
          problems.append(error)
        }
      }
    } catch {
      problems.append(error)
    }
    return problems
  }
}
