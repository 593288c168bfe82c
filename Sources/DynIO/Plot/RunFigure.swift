public import Dynamics

extension TrajectoryFigure {
  /// The figure of a run's members.
  ///
  /// - Throws: `FigureError` when gnuplot is missing or fails.
  public static func bytes(
    _ members: [TrajectoryCSV.Member], sweepKeys: [String], observables: [Observable],
    title: String, format: FigureFormat
  ) throws(FigureError) -> [UInt8] {
    let csv = TrajectoryCSV(sweepKeys: sweepKeys, observables: observables)
    var text = csv.header
    for member in members { csv.rows(of: member) { text += $0 } }
    return try bytes(csv: text, title: title, format: format)
  }
}
