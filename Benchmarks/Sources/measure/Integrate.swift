import ArgumentParser
import DynNumerics
import Dynamics
import ReferenceProblem

/// Integrates the reference problem by a method of the solver `ode`.
struct Integrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Integrate the reference problem; only the integration is timed.")

  @OptionGroup var reference: ReferenceOptions
  @Argument(help: "A method of the solver ode.") var method: String
  @Argument(help: "Relative and absolute tolerance.") var tolerance: Double
  @Argument(help: "How many threads.") var threads: Int

  func run() throws {
    let solver = try odeSolver()
    let prepared = try reference.prepared(threads: threads)
    forgetPeakMemory()
    var final: (any Snapshot)?
    var cost = SolverCost()
    /// The seconds from a state that stands ready in memory to the one at the end.
    func integrate(to end: Double) throws(SolverFailure) -> Double {
      final = nil
      cost = SolverCost()
      let clock = ContinuousClock()
      var start = clock.now
      var seconds = 0.0
      try solver.follow(prepared, at: [0, end], cost: &cost) { snapshot in
        if snapshot.time == 0 {
          start = clock.now
        } else {
          seconds = (clock.now - start) / .seconds(1)
          final = snapshot
        }
        return true
      }
      return seconds
    }
    let end = reference.size.end
    _ = try integrate(to: end / 1000)
    let seconds = try repeated { () throws(SolverFailure) in try integrate(to: end) }
    let peak = peakKibibytes()
    guard let state = final?.state().unscaled else { return }
    let errors = try reference.errors(of: state)
    try Report(
      method: method, error: errors.largest, normError: errors.norm, calls: cost.evaluations,
      steps: cost.steps, fingerprint: state.fingerprint, peakKib: peak, seconds: seconds
    ).print()
  }

  /// The solver as a scenario would name it, so that a method needs no line here.
  private func odeSolver() throws(Fault) -> any Solver {
    let members = [
      Value.Member(key: "kind", value: .string("ode")),
      Value.Member(key: "method", value: .string(method)),
      Value.Member(key: "relative_tolerance", value: .number(tolerance)),
      Value.Member(key: "absolute_tolerance", value: .number(tolerance)),
    ]
    return try Solvers.kinds.make(Fields(.object(members)))
  }
}

extension State {
  /// Fowler, Noll and Vo's hash of all bits, as text.
  fileprivate var fingerprint: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for number in features.elements + prototypes.elements {
      hash = (hash ^ number.bitPattern) &* 0x0000_0100_0000_01b3
    }
    return String(hash, radix: 16)
  }
}
