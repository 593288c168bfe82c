import DynNumerics
import Dynamics
import TestSupport
import Testing

/// Batches that are drawn anew in every step.
@Suite struct IndependentBatchTests {
  private func states(
    _ sampling: BatchSampling, steps: Int = 200
  ) throws -> (start: State, states: [State]) {
    let problem = try LandscapeProblem.layerPeeled(sizes: [6, 4, 2], dimension: 4, seed: 8)
    let solver = GradientDescentSolver(step: 1, form: .iterated, sampling: sampling)
    return (
      problem.initialState, try solver.states(of: problem, at: (1...steps).map { Double($0) })
    )
  }

  /// The samples that each step has moved.
  private func seen(_ sampling: BatchSampling, steps: Int = 200) throws -> [[Int]] {
    let (start, states) = try states(sampling, steps: steps)
    return zip([start] + states, states).map { before, after in
      (0..<12).filter { before.features.column($0) != after.features.column($0) }
    }
  }

  private func independent(_ size: Int, seed: UInt64 = 3) -> BatchSampling {
    BatchSampling(size: size, order: .independent, seed: seed, reweightFrom: nil)
  }

  @Test func everyStepSeesExactlySoMany() throws {
    #expect(try seen(independent(5)).allSatisfy { $0.count == 5 })
  }

  /// Each of 12 samples is in a batch of 5 with probability 5/12 and each pair with 5/12 4/11: counts of
  /// 600 steps are within four standard deviations.
  @Test func samplesAndPairsHaveTheSameChance() throws {
    let batches = try seen(independent(5), steps: 600).map { Set($0) }
    func check(_ share: Double, _ count: Int) {
      let deviation = (600 * share * (1 - share)).squareRoot()
      #expect(abs(Double(count) - 600 * share) <= 4 * deviation, "\(count)")
    }
    for first in 0..<12 {
      check(5.0 / 12, batches.count { $0.contains(first) })
      for second in (first + 1)..<12 {
        check(5.0 / 12 * 4 / 11, batches.count { $0.isSuperset(of: [first, second]) })
      }
    }
  }

  /// Steps do not complete epochs: two batches of half of the samples mostly overlap.
  @Test func stepsAreIndependent() throws {
    let batches = try seen(independent(6))
    let complete = stride(from: 0, to: batches.count, by: 2).count {
      Set(batches[$0] + batches[$0 + 1]).count == 12
    }
    #expect(complete <= 3)
  }

  @Test func theSeedDecides() throws {
    let first = try states(independent(5), steps: 20).states
    #expect(try states(independent(5), steps: 20).states == first)
    #expect(try states(independent(5, seed: 4), steps: 20).states != first)
  }

  /// A batch of all samples is the whole objective, up to the order of sums.
  @Test func aBatchOfAllIsTheWhole() throws {
    let (_, all) = try states(independent(12), steps: 20)
    let (_, whole) = try states(
      BatchSampling(size: 12, seed: nil, reweightFrom: nil), steps: 20)
    #expect(all == whole)
  }
}
