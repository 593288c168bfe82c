import DynNumerics
import DynText
public import Dynamics
public import NumpyFiles

/// Final states as a NumPy archive that `numpy.load` reads and another run starts from.
public enum StatesFile {
  /// One member of a sweep.
  public typealias Member = (
    assignments: [(key: String, value: Value)], trajectories: [Trajectory],
    labels: LabelOperator
  )

  /// The archive of one run: `<solver>_H`, `<solver>_W`, `<solver>_b` and `<solver>_time` of every
  /// solver (and of its layers `<solver>_W1`, ..., or a network's input layer `<solver>_P`), with
  /// momentum the velocity of free features and prototypes as `<solver>_velocity_H`, ..., where steps
  /// draw random numbers their `<solver>_seed`, the labels `y` (and where noise changed them the given
  /// ones `y_given`), the latest final `time`, and the resolved `scenario` as text. Members
  /// of a sweep have `<index>/` before these names, beside one array of values a swept key.
  ///
  /// Columns of H are in the user's order.
  ///
  /// - Throws: `NumpyFileError` when an array cannot be encoded.
  public static func bytes(
    _ members: [Member], scenario: Value
  ) throws(NumpyFileError) -> [UInt8] {
    var arrays: [(name: String, array: NumpyArray)] = []
    for (index, member) in members.enumerated() {
      let prefix = member.assignments.isEmpty ? "" : "\(index)/"
      arrays += self.arrays(member).map { (prefix + $0.name, $0.array) }
    }
    for (position, assignment) in (members.first?.assignments ?? []).enumerated() {
      let values = members.map { $0.assignments[position].value }
      arrays.append((assignment.key, NumpyArray(values)))
    }
    arrays.append(("scenario", NumpyArray(text: JSONWriter.text(scenario, indented: true))))
    return try NumpyFiles.encode(arrays)
  }

  /// Whether an archive with these names has final states: the text `scenario` and labels `y`, a
  /// sweep's inside a folder for every member.
  public static func isArchive(of names: [String]) -> Bool {
    names.contains("scenario") && names.contains { FilePath.name(of: $0) == "y" }
  }

  private static func arrays(_ member: Member) -> [(name: String, array: NumpyArray)] {
    let partition = member.labels.partition
    var arrays: [(name: String, array: NumpyArray)] = []
    for trajectory in member.trajectories {
      guard let state = trajectory.finalState?.unscaled else { continue }
      arrays.append((trajectory.solver + "_H", NumpyArray(partition.restoring(state.features))))
      arrays.append((trajectory.solver + "_W", NumpyArray(state.prototypes)))
      for (index, weights) in state.hidden.enumerated() {
        let number = state.hidden.count > 1 ? "\(index + 1)" : ""
        arrays.append((trajectory.solver + "_P\(number)", NumpyArray(weights)))
      }
      for (index, layer) in state.layers.enumerated() {
        arrays.append((trajectory.solver + "_W\(index + 1)", NumpyArray(layer)))
      }
      if let bias = state.bias {
        arrays.append((trajectory.solver + "_b", NumpyArray(shape: [bias.count], reals: bias)))
      }
      arrays.append(
        (trajectory.solver + "_time", NumpyArray(shape: [], reals: [trajectory.finalTime])))
      arrays += motion(of: trajectory, partition)
    }
    arrays.append(("y", NumpyArray(member.labels.userLabels)))
    if let given = member.labels.targets.givenClasses, given != member.labels.targets.trueClasses {
      arrays.append(("y_given", NumpyArray(partition.labels.map { given[$0] })))
    }
    arrays.append(("time", NumpyArray(shape: [], reals: [member.trajectories.latestTime])))
    return arrays
  }

  /// What a run that goes on needs beside the state.
  private static func motion(
    of trajectory: Trajectory, _ partition: ClassPartition
  ) -> [(name: String, array: NumpyArray)] {
    var arrays: [(name: String, array: NumpyArray)] = []
    let name = trajectory.solver
    if let velocity = trajectory.finalVelocity, velocity.hidden.isEmpty, velocity.layers.isEmpty {
      arrays.append(
        (name + "_velocity_H", NumpyArray(partition.restoring(velocity.features))))
      arrays.append((name + "_velocity_W", NumpyArray(velocity.prototypes)))
      if let bias = velocity.bias {
        arrays.append((name + "_velocity_b", NumpyArray(shape: [bias.count], reals: bias)))
      }
    }
    if let seed = trajectory.drawSeed {
      arrays.append((name + "_seed", NumpyArray(shape: [], integers: [Int64(clamping: seed)])))
    }
    return arrays
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
  init(_ labels: [Int]) {
    self.init(shape: [labels.count], integers: labels.map(Int64.init))
  }

  init(_ matrix: Matrix) {
    self.init(shape: [matrix.rows, matrix.columns], reals: matrix.elements)
  }

  /// Numbers as they are, anything else as its JSON text.
  init(_ values: [Value]) {
    let numbers = Value.list(values).numbers
    self =
      numbers.map { NumpyArray(shape: [$0.count], reals: $0) }
      ?? NumpyArray(text: JSONWriter.text(.list(values), indented: false))
  }
}
