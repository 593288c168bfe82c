import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

@Suite struct PartitionTests {
  private func randomLabels(_ seed: UInt64) -> (labels: [Int], classes: Int) {
    var random = RandomNumbers(seed)
    let classes = Int.random(in: 1...6, using: &random)
    let extra = (0..<Int.random(in: 0...20, using: &random)).map { _ in
      Int.random(in: 0..<classes, using: &random)
    }
    return ((Array(0..<classes) + extra).shuffled(using: &random), classes)
  }

  @Test(arguments: 1...20) func sortingGroupsTheClassesAndRestoringUndoesIt(seed: Int) throws {
    let (labels, classes) = randomLabels(UInt64(seed))
    let partition = try ClassPartition(labels: labels, classCount: classes)
    #expect(partition.labels == labels)
    #expect(partition.sizes == (0..<classes).map { label in labels.count { $0 == label } })
    let row = Matrix(rows: 1, columns: labels.count, elements: labels.map(Double.init))
    #expect(partition.sorting(row).elements == labels.sorted().map(Double.init))
    var random = RandomNumbers(99)
    let matrix = random.matrix(3, labels.count)
    #expect(partition.restoring(partition.sorting(matrix)) == matrix)
    #expect(partition.sorting(partition.restoring(matrix)) == matrix)
  }

  @Test(arguments: 1...20) func orderWithinAClassIsKept(seed: Int) throws {
    let (labels, classes) = randomLabels(UInt64(seed))
    let partition = try ClassPartition(labels: labels, classCount: classes)
    for label in 0..<classes {
      let columns = Array(partition.order[partition.range(ofClass: label)])
      #expect(columns == labels.indices.filter { labels[$0] == label })
    }
  }

  @Test func sortedSamplesAreTheirOwnOrder() {
    let partition = ClassPartition(sizes: [2, 1, 3])
    #expect(partition.offsets == [0, 2, 3, 6])
    #expect(partition.order == Array(0..<6))
    #expect(partition.sortedLabels == [0, 0, 1, 2, 2, 2])
    #expect(partition.sampleCount == 6 && partition.classCount == 3)
    #expect(!partition.isBalanced && ClassPartition(sizes: [2, 2]).isBalanced)
  }

  @Test(arguments: [([0, 3, 1], 3), ([0, -1], 2)]) func labelsOutOfRangeAreNamed(
    labels: [Int], classes: Int
  ) {
    let expected = "label \(labels[1]) of sample 1 is not in 0...\(classes - 1)"
    #expect(throws: Fault("", expected)) {
      try ClassPartition(labels: labels, classCount: classes)
    }
  }

  @Test func emptyClassesAreNamed() {
    #expect(throws: Fault("", "class 1 has no samples: every class needs at least one")) {
      try ClassPartition(labels: [0, 2, 0], classCount: 3)
    }
  }

  @Test func profilesFollowTheContract() {
    let step = ClassProfile.step(majority: 100, ratio: 10, minorityFraction: 0.5)
    #expect(step.sizes(classCount: 4) == [100, 100, 10, 10])
    let uneven = ClassProfile.step(majority: 7, ratio: 2, minorityFraction: 0.3)
    #expect(uneven.sizes(classCount: 5) == [7, 7, 7, 3, 3])
    let tiny = ClassProfile.step(majority: 3, ratio: 10, minorityFraction: 1)
    #expect(tiny.sizes(classCount: 2) == [1, 1])
    #expect(ClassProfile.balanced(4).sizes(classCount: 3) == [4, 4, 4])
    #expect(ClassProfile.list([4, 2]).sizes(classCount: 2) == [4, 2])
  }

  /// The sizes of the usual long-tailed CIFAR-10 with 5000 and imbalance 100, and exact powers.
  @Test func exponentialProfilesFollowTheContract() {
    let cifar = ClassProfile.exponential(largest: 5000, ratio: 100).sizes(classCount: 10)
    #expect(cifar == [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50])
    let powers = ClassProfile.exponential(largest: 1000, ratio: 1000).sizes(classCount: 4)
    #expect(powers == [1000, 100, 10, 1])
    // In floating point 32 * 32^(-2/5) is just below 8.
    let halves = ClassProfile.exponential(largest: 32, ratio: 32).sizes(classCount: 6)
    #expect(halves == [32, 16, 8, 4, 2, 1])
    #expect(ClassProfile.exponential(largest: 3, ratio: 100).sizes(classCount: 3) == [3, 1, 1])
    #expect(ClassProfile.exponential(largest: 8, ratio: 2).sizes(classCount: 1) == [8])
  }

  @Test func weightsFollowTheContract() {
    let sizes = [16.0, 4, 1]
    #expect(ClassWeights.uniform.values(for: sizes) == [1, 1, 1])
    let inverse = ClassWeights.inverseFrequency.values(for: sizes)
    #expect(zip(inverse, [7 / 16, 7 / 4, 7]).allSatisfy { abs($0 - $1) <= 2e-15 })
    // Proportional to 1/4, 1/2, 1 with sum n_c omega_c = 7k = 21.
    let root = ClassWeights.inverseSqrtFrequency.values(for: sizes)
    #expect(zip(root, [0.75, 1.5, 3]).allSatisfy { abs($0 - $1) <= 1e-15 })
    #expect(ClassWeights.list([3, 2, 1]).values(for: sizes) == [3, 2, 1])
  }

  @Test(arguments: [2, 3, 4, 10, 50]) func simplexFramesHaveTheirGramMatrix(classes: Int) {
    let frame = SimplexETF.matrix(classCount: classes)
    let count = Double(classes)
    let expected = Matrix(rows: classes, columns: classes) {
      (($0 == $1 ? count : 0) - 1) / (count - 1)
    }
    #expect(frame.columns == classes - 1)
    #expect(frame.looped(frame.transposed).gap(to: expected) <= 1e-15 * 4)
    let sums = (0..<classes - 1).map { frame.column($0).reduce(0, +) }
    #expect(sums.allSatisfy { abs($0) <= 1e-14 })
  }
}
