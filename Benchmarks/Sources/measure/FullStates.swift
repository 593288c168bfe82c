import ArgumentParser
import Dynamics
import ReferenceProblem

/// Forms full states along the closed form.
struct FullStates: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "states", abstract: "Form full states along the closed form.")

  @OptionGroup var reference: ReferenceOptions
  @Argument(help: "How many times.") var count: Int
  @Argument(help: "How many threads.") var threads: Int

  func run() throws {
    let prepared = try reference.prepared(threads: threads)
    forgetPeakMemory()
    let end = reference.size.end
    var evaluator = try prepared.exactFlow(until: end)
    var state: State?
    var all: [Double] = []
    for index in 1...count {
      let time = end * Double(index) / Double(count)
      // The state before gives its memory back.
      state = nil
      all.append(
        try seconds { () throws(SolverFailure) in
          state = try evaluator.snapshot(at: time).state().unscaled
        })
    }
    let peak = peakKibibytes()
    guard let state else { return }
    let errors = try reference.errors(of: state)
    try Report(
      method: "closed_form", error: errors.largest, normError: errors.norm, peakKib: peak,
      seconds: all
    ).print()
  }
}
