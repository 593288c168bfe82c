import DynIO
import Dynamics

/// The trajectory CSV of a run, written member by member as they finish.
final class TrajectoryOutput {
  private let writer: OutputWriter
  private let table: TrajectoryCSV
  private var hasHeader = false
  private var failure: OutputError?

  /// - Throws: `OutputError` when the file cannot be begun; what stands there stays until
  ///   ``commit()``.
  init(_ path: String, _ run: ScenarioRun) throws(OutputError) {
    writer = try OutputWriter(to: path)
    table = TrajectoryCSV(sweepKeys: run.sweep.keys, observables: run.observables)
  }

  /// Appends the rows of a member; one that could not be run at all has none.
  func append(_ result: MemberResult) {
    guard failure == nil, result.refusal == nil else { return }
    do throws(OutputError) {
      if !hasHeader { try writer.write(table.header) }
      hasHeader = true
      try table.rows(of: (result.sweepTexts, result.trajectories)) {
        text throws(OutputError) in try writer.write(text)
      }
    } catch {
      failure = error
    }
  }

  /// Puts the file in its place.
  ///
  /// - Throws: `OutputError` when it could not be written, now or before.
  func commit() throws(OutputError) {
    if let failure { throw failure }
    try writer.commit()
  }
}
