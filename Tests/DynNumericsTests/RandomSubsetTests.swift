import DynNumerics
import Testing

/// Random sets of numbers.
@Suite struct RandomSubsetTests {
  @Test(arguments: [(0, 5), (1, 1), (3, 7), (7, 7)]) func setsAreSortedAndWithoutRepetition(
    size: Int, count: Int
  ) throws {
    var random = try RandomNormals(seed: 1)
    for _ in 0..<50 {
      let set = random.nextSubset(size, of: count)
      #expect(set.count == size)
      #expect(zip(set, set.dropFirst()).allSatisfy { $0 < $1 })
      #expect(set.allSatisfy { (0..<count).contains($0) })
    }
  }

  /// Chi-squared of the 20 sets of 3 of 6 numbers: below 45 with probability 0.9993 at 19 degrees of
  /// freedom.
  @Test func allSetsHaveTheSameChance() throws {
    var random = try RandomNormals(seed: 2)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<20000 { counts[random.nextSubset(3, of: 6), default: 0] += 1 }
    #expect(counts.count == 20)
    let squares = counts.values.reduce(0.0) {
      $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000
    }
    #expect(squares < 45)
  }
}
