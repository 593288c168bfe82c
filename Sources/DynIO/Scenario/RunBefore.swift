import DynNumerics
import DynText
import Dynamics
import NumpyFiles

/// The archive of final states that a scenario's start comes from, and the solver whose it is.
struct RunBefore: Sendable {
  /// The file.
  let path: String
  /// The solver's name, behind the member's number in the archive of a sweep.
  let prefix: String

  /// The word for the time that an archive says.
  static let word = "from_state"

  /// The run whose `<solver>_H` or `<solver>_W` a start takes; nil where it takes neither.
  init?(_ specification: InitialStateSpecification, folder: String) {
    for (array, suffix) in [(specification.features, "_H"), (specification.prototypes, "_W")] {
      guard case .file(let path, let name?, _) = array, name.hasSuffix(suffix) else { continue }
      self.path = FilePath.joined(path, to: folder)
      prefix = String(name.dropLast(suffix.count))
      return
    }
    return nil
  }

  /// The time of its final state.
  ///
  /// - Throws: `Fault` where the archive says none.
  func time() throws(Fault) -> Double {
    guard let time = try numbers("time")?.first, time >= 0, time.isFinite else {
      throw Fault(
        "",
        "\(TerminalText.line(path, limit: 300)) has no time \"\(TerminalText.word(prefix))_time\" of "
          + "the state: give the time as a number")
    }
    return time
  }

  /// The velocity that its last step left, samples sorted; nil where it had none.
  ///
  /// - Throws: `Fault` for arrays of another shape than the state's.
  func velocity(of start: InitialState, _ partition: ClassPartition) throws(Fault) -> State? {
    guard let features = try numbers("velocity_H"), let prototypes = try numbers("velocity_W")
    else { return nil }
    let bias = try numbers("velocity_b")
    let (rows, samples) = (start.prototypes.rows, partition.sampleCount)
    let classes = start.prototypes.columns
    guard features.count == rows * samples, prototypes.count == rows * classes,
      bias?.count == start.bias?.count
    else {
      throw Fault(
        "",
        "the velocity in \(TerminalText.line(path, limit: 300)) is that of a state of another size: "
          + "start from the whole state of one run")
    }
    return State(
      features: partition.sorting(Matrix(rows: rows, columns: samples, elements: features)),
      prototypes: Matrix(rows: rows, columns: classes, elements: prototypes), bias: bias)
  }

  /// The seed of what its steps drew; nil where they drew nothing.
  func seed() throws(Fault) -> UInt64? {
    try numbers("seed")?.first.flatMap { UInt64(exactly: $0) }
  }

  /// An array of the run; nil where the archive has none of the name.
  private func numbers(_ name: String) throws(Fault) -> [Double]? {
    do throws(NumpyFileError) {
      let name = "\(prefix)_\(name)"
      guard try NumpyFiles.arrayNames(at: path).contains(name) else { return nil }
      return try NumpyFiles.readArray(at: path, name: name, memoryLimit: SystemMemory.available)
        .reals
    } catch {
      throw Fault("", "\(error)", isUnreadableFile: error.isUnreadable)
    }
  }
}
