import DynNumerics
import Dynamics
import Testing

@testable import DynIO

@Suite struct ArrayLoaderTests {
  private let loader = ArrayLoader(folder: "", seed: 1)

  /// p = C - 1, C and more; the Gram matrix is scale^2 (C/(C-1) I - 11'/(C-1)).
  @Test(arguments: [(2, 1), (3, 2), (3, 3), (4, 9), (10, 9), (10, 10), (10, 64), (30, 40)])
  func simplexHasItsGramMatrix(classes: Int, dimension: Int) throws {
    for scale in [1.0, 2.5] {
      let frame = try loader.simplexETF(dimension: dimension, classCount: classes, scale: scale)
      #expect(frame.rows == dimension && frame.columns == classes)
      let gram = frame.transposedTimes(frame)
      let cosine = -1 / Double(classes - 1)
      for row in 0..<classes {
        for column in 0..<classes {
          let exact = scale * scale * (row == column ? 1 : cosine)
          #expect(abs(gram[row, column] - exact) <= 1e-14 * scale * scale)
        }
      }
    }
  }

  @Test func simplexNeedsItsDimension() {
    #expect(throws: Fault.self) {
      try loader.simplexETF(dimension: 8, classCount: 10, scale: 1)
    }
  }

  /// More numbers of one array change neither its first ones nor those of another array.
  @Test func streamsDoNotDependOnSizes() throws {
    let few = try loader.normal(10, scale: 1, stream: .features)
    let many = try loader.normal(1000, scale: 1, stream: .features)
    #expect(Array(many.prefix(10)) == few)
    let others = try [RandomStream.prototypes, .bias].map { stream throws(Fault) in
      try loader.normal(10, scale: 1, stream: stream)
    }
    #expect(Set(others + [few]).count == 3)
  }

  @Test func theScaleMultiplies() throws {
    let plain = try loader.normal(50, scale: 1, stream: .bias)
    #expect(try loader.normal(50, scale: 4, stream: .bias) == plain.map { 4 * $0 })
    #expect(try loader.normal(50, scale: 0, stream: .bias).allSatisfy { $0 == 0 })
  }

  @Test func seedsGiveDifferentStandardNormals() throws {
    var draws: [[Double]] = []
    for seed in [0, 1, 2, 1 << 53] as [UInt64] {
      let numbers = try ArrayLoader(folder: "", seed: seed)
        .normal(20_000, scale: 1, stream: .features)
      let mean = numbers.reduce(0, +) / 20_000
      let variance = numbers.reduce(0) { $0 + $1 * $1 } / 20_000
      #expect(abs(mean) < 0.035 && abs(variance - 1) < 0.05)
      draws.append(Array(numbers.prefix(5)))
    }
    #expect(Set(draws).count == 4)
  }

  @Test func shapesMustFit() throws {
    let array = GivenArray(shape: [2, 3], numbers: [1, 2, 3, 4, 5, 6], origin: "test")
    #expect(try array.matrix(rows: 2, columns: 3, meaning: "")[1, 0] == 4)
    let fault = try #require(throws: Fault.self) {
      try array.matrix(rows: 3, columns: 2, meaning: "H as p x n")
    }
    #expect(fault.message.contains("(2, 3), not (3, 2): it is transposed"))
    #expect(throws: Fault.self) { try array.vector(count: 6, meaning: "b") }
    let infinite = GivenArray(shape: [2], numbers: [1, -.infinity], origin: "test")
    let other = try #require(throws: Fault.self) { try infinite.vector(count: 2, meaning: "b") }
    #expect(other.message.contains("entry 1 of the array in test is -inf"))
  }
}
