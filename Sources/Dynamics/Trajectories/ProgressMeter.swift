import Synchronization

/// Tells how far a solver has come: by its own time where it takes steps, by the parts of a section
/// where it moves one block after the other, and by outputs where it does neither.
///
/// The meter of a run is found in ``current`` by whatever steps, so that solvers need not hand it on.
public final class ProgressMeter: Sendable {
  /// The meter of the solver that this task runs; nil where nobody watches.
  @TaskLocal public static var current: ProgressMeter?

  private struct State {
    var isUsed = false
    var section = (start: 0.0, end: 0.0)
    var parts = 0
    /// The share that was told last.
    var told = 0.0
  }

  /// Smaller advances are not told.
  private static let resolution = 1e-3

  private let begin: Double
  private let end: Double
  private let report: @Sendable (Double) -> Void
  private let state = Mutex(State())

  /// A meter of work from one time to another.
  ///
  /// - Parameter report: called with the share that is done, perhaps often and from several threads.
  init(
    from begin: Double = 0, until end: Double, report: @escaping @Sendable (Double) -> Void
  ) {
    self.begin = begin
    self.end = end
    self.report = report
  }

  /// The solver has moved all variables to a time.
  func reached(_ time: Double) {
    let share = share(time)
    let isNews = state.withLock { state in
      state.isUsed = true
      guard abs(share - state.told) >= Self.resolution else { return false }
      state.told = share
      return true
    }
    if isNews { tell(share) }
  }

  /// The solver begins to move one part after the other between two times.
  func begin(from start: Double, to end: Double) {
    state.withLock { state in
      state.isUsed = true
      state.section = (share(start), share(end))
      state.parts = 0
    }
  }

  /// One more of so many parts of the section is done.
  func finishedPart(of count: Int) {
    let share = state.withLock { state in
      state.parts += 1
      let (start, end) = state.section
      return start + (end - start) * Double(state.parts) / Double(count)
    }
    tell(share)
  }

  /// An output is reached; counts for solvers that tell of nothing else.
  func reachedOutput(_ index: Int, of count: Int) {
    if !state.withLock({ $0.isUsed }) { tell(Double(index) / Double(count)) }
  }

  private func share(_ time: Double) -> Double {
    end > begin ? (time - begin) / (end - begin) : 1
  }

  private func tell(_ share: Double) {
    if share.isFinite { report(min(max(share, 0), 1)) }
  }
}

/// How far a run of several solvers is.
public struct RunProgress: Sendable {
  /// The name of the solver that runs.
  public let solver: String
  /// Its position among the solvers, from 0 on.
  public let index: Int
  /// How many solvers run one after the other.
  public let count: Int
  /// The share of this solver's work that is done.
  public let share: Double

  /// The share of the run that is done if all solvers took equally long.
  public var shareOfRun: Double { (Double(index) + share) / Double(count) }
}
