import DynNumerics
public import Dynamics
public import NumpyFiles

/// Final states as a NumPy archive that `numpy.load` reads and another run starts from.
public enum StatesFile {
  /// The archive: `<solver>_H`, `<solver>_W`, `<solver>_b`, the labels `y`, the final `time` of
  /// each solver as `<solver>_time`, and the resolved `scenario` as text.
  ///
  /// Columns of H are in the user's order.
  ///
  /// - Throws: `NumpyFileError` when an array cannot be encoded.
  public static func bytes(
    _ trajectories: [Trajectory], problem: Problem, scenario: Scenario
  ) throws(NumpyFileError) -> [UInt8] {
    let partition = problem.labels.partition
    var arrays: [(name: String, array: NumpyArray)] = []
    for trajectory in trajectories {
      guard let state = trajectory.finalState?.unscaled else { continue }
      arrays.append((trajectory.solver + "_H", NumpyArray(partition.restoring(state.features))))
      arrays.append((trajectory.solver + "_W", NumpyArray(state.prototypes)))
      if let bias = state.bias {
        arrays.append((trajectory.solver + "_b", NumpyArray(shape: [bias.count], reals: bias)))
      }
      arrays.append(
        (trajectory.solver + "_time", NumpyArray(shape: [], reals: [trajectory.finalTime])))
    }
    let labels = partition.labels
    arrays.append(("y", NumpyArray(shape: [labels.count], integers: labels.map(Int64.init))))
    arrays.append(("time", NumpyArray(shape: [], reals: [trajectories.latestTime])))
    arrays.append(
      ("scenario", NumpyArray(text: JSONWriter.text(scenario.resolved, indented: true))))
    return try NumpyFiles.encode(arrays)
  }
}

extension Trajectory {
  /// The time of the last row; 0 without rows.
  fileprivate var finalTime: Double { rows.last?.time ?? 0 }
}

extension Array where Element == Trajectory {
  /// The latest final time of all solvers.
  fileprivate var latestTime: Double { map(\.finalTime).max() ?? 0 }
}

extension NumpyArray {
  fileprivate init(_ matrix: Matrix) {
    self.init(shape: [matrix.rows, matrix.columns], reals: matrix.elements)
  }
}
