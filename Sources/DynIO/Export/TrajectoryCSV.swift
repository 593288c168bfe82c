public import Dynamics

/// Trajectories as comma-separated values (RFC 4180): a row a solver and output time.
///
/// Numbers print in their shortest form that reads back as the same double.
public enum TrajectoryCSV {
  /// The file as text.
  ///
  /// - Complexity: O(rows * columns).
  public static func text(_ trajectories: [Trajectory], observables: [Observable]) -> String {
    let header =
      ["solver", "time", "zeta_h", "zeta_w"] + observables.map(\.name) + ["relative_error"]
    var text = header.joined(separator: ",") + "\r\n"
    for trajectory in trajectories {
      let solver = quoted(trajectory.solver)
      for row in trajectory.rows {
        text += solver
        let numbers =
          [row.time, row.zeta.features, row.zeta.prototypes] + row.values + [row.relativeError]
        for number in numbers {
          text += ","
          text += field(number)
        }
        text += "\r\n"
      }
    }
    return text
  }

  private static func field(_ number: Double) -> String {
    if number.isNaN { return "nan" }
    return number.description
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
