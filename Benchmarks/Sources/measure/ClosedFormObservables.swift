import ArgumentParser
import Dynamics
import ReferenceProblem

/// Evaluates observables along the closed form of the problem without decay.
struct ClosedFormObservables: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "observables",
    abstract: "Evaluate the default observables along the closed form, accuracy apart.")

  @OptionGroup var reference: ReferenceOptions
  @Argument(help: "How many times.") var count: Int
  @Argument(help: "How many threads.") var threads: Int

  func run() throws {
    var taken: PreparedProblem?
    let setup = try seconds { () throws in
      taken = try reference.prepared(decays: false, threads: threads)
    }
    guard let prepared = taken else { return }
    let cheap = Observables.defaults(for: prepared.problem).filter { $0.name != "accuracy" }
    let accuracy = Observables.named(["accuracy"])
    let all = try repeated { () throws in
      try seconds { () throws in try follow(cheap, prepared, count) }
    }
    // What twice as many times take more is free of what is set up once.
    let (once, twice) = (
      try seconds { () throws in try follow(accuracy, prepared, count) },
      try seconds { () throws in try follow(accuracy, prepared, 2 * count) }
    )
    try Report(
      method: cheap.map(\.name).joined(separator: ", "), peakKib: peakKibibytes(),
      setupSeconds: setup, seconds: all, accuracySecondsPerTime: (twice - once) / Double(count)
    ).print()
  }

  private func follow(
    _ observables: [Observable], _ prepared: PreparedProblem, _ count: Int
  ) throws {
    let end = reference.size.end
    let simulation = Simulation(
      prepared: prepared,
      solvers: [NamedSolver(name: "closed_form", solver: ClosedFormSolver())],
      times: (0..<count).map { end * Double($0) / Double(count - 1) }, observables: observables)
    let rows = simulation.run().first?.rows.count
    guard rows == count else { throw ValidationError("the closed form stopped early") }
  }
}
