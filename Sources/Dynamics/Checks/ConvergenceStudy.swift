/// Numerical solutions with finer and finer control, beside the exact one at the same time: tells a
/// wrong exact form from a method that is not yet near its limit.
struct ConvergenceStudy {
  /// One solution.
  struct Run {
    /// Its relative difference to the exact state.
    let error: Double
    /// Its relative difference to the solution before; infinite for the first.
    let change: Double
    /// About what rounding has done to it.
    let rounding: Double
  }

  /// Runs from coarse to fine.
  private(set) var runs: [Run] = []
  private var last: (any Snapshot)?

  /// Changes this much smaller than the error show that the method has converged to another state.
  private static let convergedShare = 0.01
  /// Errors up to this many times the estimate may be rounding.
  private static let nearRounding = 10.0
  /// Errors above this many times the estimate are no rounding.
  private static let clearOfRounding = 100.0
  /// Errors above this belong to steps that are far too long.
  static let largestError = 0.1

  /// Adds the next finer solution.
  mutating func add(_ snapshot: any Snapshot, exact: any Snapshot, rounding: Double) {
    let change = last.map { snapshot.relativeError(against: $0) } ?? .infinity
    runs.append(
      Run(
        error: snapshot.relativeError(against: exact), change: change.isNaN ? .infinity : change,
        rounding: rounding))
    last = snapshot
  }

  /// Adds a solution that left the range of numbers, as those with steps that are too long do.
  mutating func addOverflow() {
    runs.append(Run(error: .infinity, change: .infinity, rounding: 0))
    last = nil
  }

  /// Whether the last solution is exact but for rounding.
  var hasReachedRounding: Bool {
    runs.last.map { $0.error <= Self.nearRounding * $0.rounding } ?? false
  }

  /// Whether the method has converged to another state than the exact one: twice in a row it hardly
  /// moved, far from it.
  var contradictsExactForm: Bool {
    runs.count >= 3
      && runs.suffix(2).allSatisfy {
        // An exact state that is not a number is no state that anything converges to.
        $0.error.isNaN
          ? $0.change <= Self.convergedShare
          : $0.change <= Self.convergedShare * min($0.error, 1)
            && $0.error > Self.clearOfRounding * $0.rounding
      }
  }

  /// Whether the error has stopped falling because every solution is elsewhere: noise of rounding that is
  /// larger than its estimate.
  var isNoise: Bool {
    runs.count >= 4
      && runs.indices.suffix(2).allSatisfy { index in
        runs[index].error < Self.largestError
          && runs[index].error >= Self.noiseShare * runs[index - 1].error
          && runs[index].change >= Self.noiseShare * runs[index].error
      }
  }

  /// Errors that fall less than to this share, and solutions that differ by more than this share of
  /// their error, do not converge.
  private static let noiseShare = 0.3

  /// log2 of how far the error fell from run to run, where it is neither rounding nor due to steps
  /// that are far too long; nan elsewhere.
  var orders: [Double] {
    zip(runs, runs.dropFirst()).map { coarse, fine in
      coarse.error < Self.largestError && coarse.error > Self.nearRounding * coarse.rounding
        ? [coarse.error, fine.error].orderPair ?? .nan : .nan
    }
  }
}
