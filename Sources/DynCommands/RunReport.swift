import DynIO
import DynNumerics
import Dynamics

/// What `dyn simulate` prints of a run.
struct RunReport {
  private let run: ScenarioRun
  private let results: [MemberResult]
  /// Whether standard output is taken by the CSV.
  private let goesToError: Bool

  init(_ run: ScenarioRun, _ results: [MemberResult], goesToError: Bool) {
    self.run = run
    self.results = results
    self.goesToError = goesToError
  }

  /// Prints the summary.
  func showSummary() throws { try show(summary + details + [""]) }

  /// Prints what the run took and what it has written.
  func showEnding(written: [String]) throws {
    let files = written.filter { !OutputFile.isStandardOutput($0) }
    let peak = MemoryEstimate.text(Double(SystemMemory.peak))
    try show([
      "memory: \(peak) at most" + (files.isEmpty ? "" : "; wrote " + files.joined(separator: ", "))
    ])
  }

  private func show(_ lines: [String]) throws {
    guard goesToError else { return try Console.output(lines) }
    for line in lines { Console.error(line) }
  }

  private var members: [SweepSummary.Member] { results.map { ($0.sweepTexts, $0.trajectories) } }

  private var summary: [String] {
    if !run.isSweep, let result = results.first, let simulation = result.simulation {
      return Summary(
        result.member.scenario, simulation, result.trajectories, memory: run.memory
      ).lines
    }
    let notes = results.flatMap(\.notes)
    return notes.enumerated().filter { !notes[..<$0.offset].contains($0.element) }.map(\.element)
      + SweepSummary(
        run.name, keys: run.sweep.keys, observables: run.observables, members: members
      ).lines
  }

  /// Statistics over seeds, escapes from saddles, and what solvers remark.
  private var details: [String] {
    let seeds = SeedStatistics(
      keys: run.sweep.keys, observables: run.observables, members: members)
    let escapes = EscapeTable(
      keys: run.sweep.keys,
      rows: results.flatMap { result in
        result.escapes.map { result.sweepTexts + $0 }
      })
    let remarks = results.flatMap { result in
      (result.solverRemarks + result.linearizationLines).map {
        (result.member.label.isEmpty ? "" : "[\(result.member.label)] ") + $0
      }
    }
    return [seeds?.lines, escapes?.lines, remarks.isEmpty ? nil : remarks]
      .compactMap { $0 }.flatMap { [""] + $0 }
  }
}
