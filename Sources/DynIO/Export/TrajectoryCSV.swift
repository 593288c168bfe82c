import DynText
public import Dynamics

/// Trajectories as comma-separated values (RFC 4180): a row a solver and output time, preceded by
/// a column for every swept key.
///
/// Numbers print in their shortest form that reads back as the same double.
public enum TrajectoryCSV {
  /// The trajectories of one member of a sweep, with its values as text.
  public typealias Member = (sweepValues: [String], trajectories: [Trajectory])

  /// The file as text.
  ///
  /// - Complexity: O(rows * columns).
  public static func text(
    _ members: [Member], sweepKeys: [String] = [], observables: [Observable]
  ) -> String {
    let header =
      sweepKeys.map { CSVText.cell($0) } + ["solver", "time", "zeta_h", "zeta_w"] + observables.map(\.name)
      + ["relative_error"]
    return header.joined(separator: ",") + "\r\n" + members.map(rows).joined()
  }

  private static func rows(_ member: Member) -> String {
    var text = ""
    for trajectory in member.trajectories {
      let solver = (member.sweepValues + [trajectory.solver]).map { CSVText.cell($0) }.joined(separator: ",")
      for row in trajectory.rows {
        text += solver
        let numbers =
          [row.time, row.zeta.features, row.zeta.prototypes] + row.values + [row.relativeError]
        for number in numbers {
          text += ","
          text += CSVText.cell(number)
        }
        text += "\r\n"
      }
    }
    return text
  }
}
