public import Dynamics

extension TrajectoryFigure {
  /// The figure of a run's members, the same as of their CSV.
  ///
  /// - Parameter note: is called with a sentence for whatever is not drawn.
  /// - Throws: `FigureError` for a text that no figure can hold, and a gnuplot that is missing or
  ///   fails.
  public static func bytes(
    _ members: [TrajectoryCSV.Member], sweepKeys: [String], observables: [Observable],
    title: String, format: FigureFormat, note: (String) -> Void = { _ in }
  ) throws(FigureError) -> [UInt8] {
    let table = TrajectoryTable(members, sweepKeys: sweepKeys, observables: observables)
    let figure = Figure(table, title: title, only: [])
    figure.notes.forEach(note)
    return try figure.bytes(format)
  }
}

extension TrajectoryTable {
  /// The table of a run.
  init(_ members: [TrajectoryCSV.Member], sweepKeys: [String], observables: [Observable]) {
    let series = members.flatMap { member in
      member.trajectories.filter { !$0.rows.isEmpty }.map { trajectory in
        Series(
          sweepValues: member.sweepValues, solver: trajectory.solver,
          times: trajectory.rows.map(\.time),
          values: observables.indices.map { column in trajectory.rows.map { $0.values[column] } }
            + [trajectory.rows.map(\.relativeError)])
      }
    }
    self.init(
      sweepKeys: sweepKeys, observables: observables.map(\.name) + ["relative_error"],
      series: series)
  }
}
