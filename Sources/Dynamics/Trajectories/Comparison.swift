import DynNumerics

/// What trajectories of one run are compared with.
enum Reference {
  /// Nothing.
  case none
  /// The exact flow.
  case exact
  /// The only solver itself, which nothing else is compared with.
  case itself
  /// The first solver's snapshots by time, once it has run.
  case first([Double: any Snapshot]?)
}

/// The relative errors of one trajectory against the run's reference.
struct Comparison {
  private enum Form {
    case isReference
    case exact(any Evaluator)
    case recorded([Double: any Snapshot])
    case recording
    case none
  }

  private var form: Form
  private var record: [Double: any Snapshot] = [:]

  /// - Throws: `SolverFailure` when the exact flow cannot be set up.
  init(
    _ reference: Reference, with solver: any Solver, _ prepared: PreparedProblem,
    until end: Double, rows: Int
  ) throws(SolverFailure) {
    switch reference {
    case .none: form = .none
    case .itself: form = .isReference
    case .exact:
      form =
        solver.isExactFlow
        ? .isReference : .exact(try prepared.exactEvaluator(until: end))
    case .first(let snapshots?): form = .recorded(snapshots)
    case .first(nil):
      let bytes = 8.0 * Double(prepared.problem.flow.dimension) * Double(rows)
      form = bytes < Double(SystemMemory.available) / 4 ? .recording : .none
    }
  }

  /// 0 for the reference itself, nan where there is nothing to compare with.
  mutating func error(of snapshot: any Snapshot) -> Double {
    switch form {
    case .isReference: return 0
    case .recording:
      record[snapshot.time] = (snapshot as? FullSnapshot)?.atRest ?? snapshot
      return 0
    case .recorded(let snapshots):
      return snapshots[snapshot.time].map { snapshot.relativeError(against: $0) } ?? .nan
    case .exact(var evaluator):
      defer { form = .exact(evaluator) }
      guard let exact = try? evaluator.snapshot(at: snapshot.time) else { return .nan }
      return snapshot.relativeError(against: exact)
    case .none: return .nan
    }
  }

  /// The first solver's record serves the others.
  func becomeReference(_ reference: inout Reference) {
    if case .recording = form { reference = .first(record) }
  }
}
