import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Balanced classes, whose snapshots are combinations of fixed tables.
@Suite struct BalancedTablesTests {
  private static func balanced(
    _ name: String, classes: Int, size: Int, dimension: Int,
    _ change: (inout SmallProblem) -> Void = { _ in }
  ) -> SmallProblem {
    SmallProblem(name) {
      $0.sizes = [Int](repeating: size, count: classes)
      $0.dimension = dimension
      $0.seed = UInt64(100 * classes + size)
      change(&$0)
    }
  }

  static let sizes = [1, 2, 7, 8, 9, 12, 16, 20].map { size in
    balanced("\(size) samples a class", classes: 5, size: size, dimension: 6) {
      $0.hasBias = size.isMultiple(of: 2)
    }
  }

  static let problems =
    sizes + [
      balanced("two classes", classes: 2, size: 11, dimension: 4) { $0.gamma = 1 },
      balanced("two classes with bias", classes: 2, size: 3, dimension: 4) { $0.hasBias = true },
      balanced("one coordinate", classes: 4, size: 5, dimension: 1),
      balanced("fewer coordinates than classes", classes: 9, size: 9, dimension: 3) {
        $0.hasBias = true
      },
      balanced("gamma 0", classes: 4, size: 6, dimension: 5) { $0.gamma = 0 },
      balanced("gamma 1/(C - 1)", classes: 4, size: 6, dimension: 5) { $0.gamma = 1.0 / 3 },
      balanced("decay", classes: 4, size: 10, dimension: 5) {
        $0.modelCase = .regularized
        $0.decay = WeightDecay(features: 0.06, prototypes: 0.09, bias: 0.05)
        $0.hasBias = true
      },
      balanced("anchored", classes: 4, size: 10, dimension: 5) { $0.modelCase = .anchored },
      balanced("anchored with decay", classes: 10, size: 3, dimension: 13) {
        $0.modelCase = .anchored
        $0.decay = WeightDecay(features: 0.05, prototypes: 0, bias: 0)
      },
      balanced("ratio 2.3", classes: 4, size: 8, dimension: 5) {
        $0.rates = LearningRates(
          prototypes: ConstantSchedule(0.5), features: .proportional(2.3))
      },
      balanced("unrelated rates", classes: 4, size: 9, dimension: 5) {
        $0.hasBias = true
        $0.rates = LearningRates(
          prototypes: CosineSchedule(value: 0.6, final: 0.1, period: 16),
          features: .schedule(StepSchedule(value: 0.5, factor: 0.5, every: 8)))
      },
    ]

  private func follow(
    _ small: SmallProblem, _ times: [Double], threads: Int = 2,
    visit: (ModalSnapshot, PreparedProblem) throws -> Void
  ) throws {
    let prepared = try PreparedProblem(try small.problem(), threads: threads)
    var evaluator = try prepared.exactFlow(until: times.last ?? 0)
    var snapshots: [any Snapshot] = []
    try evaluator.follow(times) {
      snapshots.append($0)
      return true
    }
    #expect(snapshots.count == times.count)
    for snapshot in snapshots {
      let modal = try #require(snapshot as? ModalSnapshot)
      #expect(modal.basis.start.tables(modal.basis) != nil, "the problem has no tables")
      try visit(modal, prepared)
    }
  }

  @Test(arguments: problems) func everyObservableIsThatOfTheState(small: SmallProblem) throws {
    try follow(small, [0, 0.3, 2, 6]) { modal, prepared in
      let full = FullSnapshot(
        time: modal.time, problem: prepared.problem, state: modal.state().unscaled)
      for observable in Observables.all {
        func value(_ snapshot: any Snapshot) -> Double {
          observable.value(Observation(snapshot) { prepared.prediction })
        }
        let (found, expected) = (value(modal), value(full))
        let agrees =
          expected.isNaN
          ? found.isNaN : abs(found - expected) <= 1e-10 * max(1, abs(expected))
        #expect(agrees, "\(observable.name) at \(modal.time): \(found), not \(expected)")
      }
    }
  }

  /// More times than one batch takes; the state is formed and classified at each.
  @Test(arguments: problems) func accuraciesOfBatchesAreThoseOfTheStates(
    small: SmallProblem
  ) throws {
    let times = (0..<150).map { 0.05 * Double($0) }
    for threads in 1...2 {
      try follow(small, times, threads: threads) { modal, prepared in
        let full = FullSnapshot(
          time: modal.time, problem: prepared.problem, state: modal.state().unscaled)
        let share = try #require(modal.correctShare())
        #expect(share == Decisions(full).isCorrect.share, "at \(modal.time)")
      }
    }
  }

  /// One snapshot alone is a batch of one.
  @Test(arguments: problems) func batchesAnswerLikeSingleSnapshots(small: SmallProblem) throws {
    let times = [0, 0.7, 3.0]
    let prepared = try PreparedProblem(try small.problem())
    var evaluator = try prepared.exactFlow(until: 3)
    var singles: [Double?] = []
    for time in times { singles.append(try evaluator.snapshot(at: time).correctShare()) }
    var batched: [Double?] = []
    try follow(small, times) { modal, _ in batched.append(modal.correctShare()) }
    #expect(singles == batched && !batched.contains(nil))
  }

  /// Where states overflow, or vanish, tables keep a scale of their own.
  @Test(arguments: problems) func farAwayAccuraciesAreThoseOfTheLogits(
    small: SmallProblem
  ) throws {
    try follow(small, [50, 1000, 30_000]) { modal, _ in
      let share = try #require(modal.correctShare())
      #expect(share == Decisions(modal).isCorrect.share, "at \(modal.time)")
    }
  }

  /// Differences of unit vectors in 80 bits from the state, whose entries are known to rounding.
  @Test(arguments: problems) func settledDirectionsKeepTheirDigits(small: SmallProblem) throws {
    try follow(small, [5, 10, 20, 40, 80]) { modal, prepared in
      let state = modal.state().state
      let expected = misalignments(state, prepared.problem.labels.partition)
      for (found, expected) in zip(modal.classGeometry().misalignments, expected)
      where !expected.isNaN {
        let allowed = 1e-9 * expected + 1e-14 * expected.squareRoot() + 1e-28
        #expect(abs(found - expected) <= allowed, "\(found), not \(expected), at \(modal.time)")
      }
    }
  }

  /// |V_c/|V_c| - w_c/|w_c||^2 / 2 for every class.
  private func misalignments(_ state: State, _ partition: ClassPartition) -> [Double] {
    let (features, labels) = (state.features, partition.sortedLabels)
    let classes = partition.classCount
    let means = (0..<features.rows).map { row in
      var sums = [Float80](repeating: 0, count: classes)
      for (sample, label) in labels.enumerated() {
        sums[label] += Float80(features[row, sample]) / Float80(partition.sizes[label])
      }
      let centre = sums.reduce(0, +) / Float80(classes)
      return sums.map { $0 - centre }
    }
    return (0..<classes).map { label in
      let mean = means.map { $0[label] }
      let prototype = state.prototypes.column(label).map { Float80($0) }
      func norm(_ vector: [Float80]) -> Float80 {
        vector.map { $0 * $0 }.reduce(0, +).squareRoot()
      }
      let (a, b) = (norm(mean), norm(prototype))
      let square = zip(mean, prototype).map { ($0 / a - $1 / b) * ($0 / a - $1 / b) }.reduce(0, +)
      return Double(square / 2)
    }
  }

  @Test func unbalancedClassesHaveNoTables() throws {
    let prepared = try PreparedProblem(try SmallProblem("unconstrained").problem())
    var evaluator = try prepared.exactFlow(until: 1)
    let snapshot = try #require(try evaluator.snapshot(at: 1) as? ModalSnapshot)
    #expect(snapshot.basis.start.tables(snapshot.basis) == nil)
    #expect(snapshot.correctShare() == nil)
  }
}
