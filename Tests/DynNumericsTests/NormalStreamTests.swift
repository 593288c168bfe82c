import DynNumerics
import Foundation
import Synchronization
import Testing

@Suite struct NormalStreamTests {
  @Test(arguments: [0, 1, 4711]) func theSameNumbersComeAsOftenAsTheyAreWanted(
    seed: UInt64
  ) throws {
    let stream = try NormalStream(seed: seed)
    let first = stream.numbers(1000, scale: 0.7)
    #expect(stream.numbers(1000, scale: 0.7) == first)
    #expect(stream.numbers(10, scale: 0.7) == Array(first[..<10]))
    var normals = try RandomNormals(seed: seed)
    #expect(normals.next(1000, scale: 0.7) == first)
  }

  @Test func severalThreadsDrawTheSame() throws {
    let stream = try NormalStream(seed: 3)
    let expected = stream.numbers(500, scale: 1)
    let found = Mutex<[[Double]]>([])
    Concurrency.forEach(20, threads: 3) { _ in
      let numbers = stream.numbers(500, scale: 1)
      found.withLock { $0.append(numbers) }
    }
    #expect(found.withLock { $0 } == [[Double]](repeating: expected, count: 20))
  }

  @Test func restartingGoesBackToTheFirstNumber() throws {
    var normals = try RandomNormals(seed: 5)
    let first = normals.next(7)
    normals.restart(seed: 5)
    #expect(normals.next(7) == first)
  }

  /// Mean k, variance 2 k and third central moment 8 k, from a few degrees to those of large features.
  @Test(arguments: [1.0, 2, 7, 1000, 2e9]) func chiSquaredNumbersHaveTheirMoments(
    degrees: Double
  ) throws {
    var normals = try RandomNormals(seed: 6)
    let count = 100_000
    let numbers = (0..<count).map { _ in normals.nextChiSquared(degrees: degrees) }
    func moment(_ power: Double) -> Double {
      numbers.reduce(0) { $0 + pow($1 - degrees, power) } / Double(count)
    }
    #expect(numbers.allSatisfy { $0 > 0 })
    // Five standard errors: those of the variance and the third moment follow from the moments of
    // four and six numbers, 12 k^2 + 48 k and 120 k^3 + 2080 k^2 + 3840 k.
    let (k, root) = (degrees, Double(count).squareRoot())
    #expect(abs(moment(1)) <= 5 * (2 * k).squareRoot() / root)
    #expect(abs(moment(2) - 2 * k) <= 5 * (8 * k * k + 48 * k).squareRoot() / root)
    let sixth = 120 * k * k * k + 2080 * k * k + 3840 * k
    #expect(abs(moment(3) - 8 * k) <= 5 * (sixth - 64 * k * k).squareRoot() / root)
  }

  @Test func noDegreesGiveNothing() throws {
    var normals = try RandomNormals(seed: 6)
    #expect(normals.nextChiSquared(degrees: 0) == 0)
  }
}
