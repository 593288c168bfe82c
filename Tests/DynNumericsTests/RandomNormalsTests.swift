import DynNumerics
import Foundation
import Testing

@Suite struct RandomNormalsTests {
  private func numbers(_ count: Int, seed: UInt64) throws -> [Double] {
    var normals = try RandomNormals(seed: seed)
    return normals.next(count)
  }

  @Test(arguments: [0, 1, 12345]) func theSameSeedGivesTheSameNumbers(seed: UInt64) throws {
    #expect(try numbers(100, seed: seed) == numbers(100, seed: seed))
  }

  @Test func differentSeedsGiveDifferentNumbers() throws {
    let starts = try (0..<50).map { try numbers(1, seed: $0)[0] }
    #expect(Set(starts).count == 50)
  }

  @Test func partsJoinToTheWhole() throws {
    var normals = try RandomNormals(seed: 3)
    #expect(try normals.next(3) + normals.next(4) == numbers(7, seed: 3))
  }

  @Test func scaleMultipliesEveryNumber() throws {
    var normals = try RandomNormals(seed: 3)
    #expect(try normals.next(50, scale: 4) == numbers(50, seed: 3).map { 4 * $0 })
  }

  @Test func momentsAreThoseOfTheStandardNormal() throws {
    let count = 200_000.0
    let sample = try numbers(200_000, seed: 7)
    let moments = (1...4).map { power in
      sample.reduce(0) { $0 + pow($1, Double(power)) } / count
    }
    // Five standard deviations of each moment's estimate.
    #expect(abs(moments[0]) < 5 * sqrt(1 / count))
    #expect(abs(moments[1] - 1) < 5 * sqrt(2 / count))
    #expect(abs(moments[2]) < 5 * sqrt(15 / count))
    #expect(abs(moments[3] - 3) < 5 * sqrt(96 / count))
  }

  @Test func distributionIsTheNormalOne() throws {
    let sample = try numbers(100_000, seed: 8).sorted()
    let distance = sample.enumerated().reduce(0.0) { largest, entry in
      let expected = erfc(-entry.element / sqrt(2)) / 2
      return max(largest, abs(expected - (Double(entry.offset) + 0.5) / 100_000))
    }
    // Kolmogorov and Smirnov: exceeded once in a million samples.
    #expect(distance < 2.7 / sqrt(100_000))
  }

  @Test func neighboursAreNotCorrelated() throws {
    let sample = try numbers(100_000, seed: 9)
    let product = zip(sample, sample.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / 100_000
    #expect(abs(product) < 5 / sqrt(100_000))
  }
}
