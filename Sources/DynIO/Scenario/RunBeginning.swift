import Dynamics

/// The time at which a scenario's start is given, and the run that it goes on from.
struct RunBeginning: Sendable {
  let time: Double
  /// Whether the archive of the start says the time, and all else that is needed to go on.
  let isThatOfState: Bool
  /// That run; nil where the scenario does not say that time goes on.
  let run: RunBefore?

  /// Reads the key `begin` of the object `time`, whose shape is valid; 0 without it.
  ///
  /// - Throws: `Fault` where the time of the state is asked for and not known.
  init(_ fields: Fields, _ start: InitialStateSpecification?, folder: String) throws(Fault) {
    run = fields.has("begin") ? start.flatMap { RunBefore($0, folder: folder) } : nil
    isThatOfState = fields["begin"] == .string(RunBefore.word)
    guard isThatOfState else {
      time = try fields.number("begin", default: 0)
      return
    }
    guard let run else {
      throw Fault(
        "begin",
        "\"\(RunBefore.word)\" is the time of the archive that initial_state.features comes from: take "
          + "the array <solver>_H of a file that --states wrote, or give a number")
    }
    do throws(Fault) {
      time = try run.time()
    } catch {
      throw error.within("begin")
    }
  }
}
